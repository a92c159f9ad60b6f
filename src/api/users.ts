import { isObject } from '../contract/json.ts';
import { memberTexts } from '../contract/json-text.ts';
import { idFault } from '../contract/user-id.ts';
import { UsageError } from '../errors.ts';
import type { Call, CallOptions, CallResult, SendCall } from './call.ts';
import { IdList, IdListBuilder, IdListReader, type TakeIds } from './http/id-list.ts';
import { TextBody } from './http/reply-body.ts';
import { callError } from './retry/call-error.ts';

export interface UploadCallOptions extends CallOptions {
  /** Miso checks the records and stores none. */
  readonly dryRun?: boolean;
  /** Miso queues the records and replies immediately. */
  readonly async?: boolean;
}

/** Max ids in one delete call, as in Miso's own SDK. */
export const idsPerDelete = 1000;

/** Ids that cannot be part of a path: every URL library resolves them, even percent-encoded. */
const pathless = new Set(['', '.', '..']);

/** Why a user is not read whose id `isReadableId` refuses. */
export const unreadableId = 'no request can read this id';

/** Whether `read` can request this id: it is valid, and can be part of a path. */
export function isReadableId(id: string): boolean {
  return !pathless.has(id) && idFault(id) === undefined;
}

/** Whether `status` can request this task id. */
export function isTaskId(id: string): boolean {
  return !pathless.has(id) && id.isWellFormed();
}

/** A result with the ids as a compact list. */
export type IdsResult =
  | Exclude<CallResult, { kind: 'success' }>
  | { readonly kind: 'success'; readonly message: string; readonly ids: IdList };

/** A result with the text of the record, in which numbers have all their digits. */
export type ReadResult =
  | Exclude<CallResult, { kind: 'success' }>
  | (Extract<CallResult, { kind: 'success' }> & { readonly text: string });

/** The endpoints of Miso's User APIs, one method each. Source: docs/miso-api.md. */
export class UsersEndpoints {
  readonly #send: SendCall;
  readonly #params: Readonly<Record<string, string>>;

  /** `params`: extra query parameters for every call. */
  constructor(send: SendCall, params: Readonly<Record<string, string>> = {}) {
    this.#send = send;
    this.#params = params;
  }

  /** `body`: see `uploadBody`, or that in UTF-8. */
  upload(body: string | Uint8Array, options: UploadCallOptions = {}): Promise<CallResult> {
    const query = {
      ...(options.dryRun ? { dry_run: '1' } : {}),
      ...(options.async ? { async: '1' } : {}),
    };
    return this.#call({ method: 'POST', path: 'v1/users', query, body }, options);
  }

  /** A success is the record of exactly this user. Any other reply is `unexpected`. */
  async read(id: string, options?: CallOptions): Promise<ReadResult> {
    let body = new KeptBody();
    const readBody = () => {
      body = new KeptBody();
      return body;
    };
    const path = `v1/users/${encodeURIComponent(id)}`;
    const result = await this.#call({ method: 'GET', path, readBody }, options);
    if (result.kind !== 'success') return result;
    if (!body.isValid)
      return { kind: 'unexpected', status: 200, message: 'a record that is not valid UTF-8' };
    const found = isObject(result.data) ? result.data['user_id'] : undefined;
    if (found === id) return { ...result, text: memberTexts(body.text).get('data') ?? '' };
    const what =
      typeof found === 'string' ? `the record of another user, ${JSON.stringify(found)}` : 'no user record';
    return { kind: 'unexpected', status: 200, message: what };
  }

  /** Sends the ids in the body, which can contain any id. At most `idsPerDelete` ids. */
  delete(ids: readonly string[], options?: CallOptions): Promise<CallResult> {
    const body = JSON.stringify({ data: { user_ids: ids } });
    return this.#call({ method: 'POST', path: 'v1/users/_delete', body }, options);
  }

  deleteInteractions(ids: readonly string[], options?: CallOptions): Promise<CallResult> {
    const body = JSON.stringify({ user_ids: ids });
    return this.#call({ method: 'DELETE', path: 'v1/interactions', body }, options);
  }

  /** The result has all ids as a list. */
  async ids(options?: CallOptions): Promise<IdsResult> {
    let builder = new IdListBuilder();
    const collect = () => {
      builder = new IdListBuilder();
      return builder.add.bind(builder);
    };
    const result = await this.eachId(collect, options);
    if (result.kind !== 'success') return result;
    return { kind: 'success', message: result.message, ids: builder.list() };
  }

  /**
   * Passes on all ids as they arrive, in memory that does not grow with the list. `collect` is called when a
   * reply begins, and returns the receiver of its ids. If a reply breaks off, the request is repeated: only
   * the ids of the last reply count, and only if the result is a success.
   */
  async eachId(collect: () => TakeIds, options?: CallOptions): Promise<CallResult> {
    let reader: IdListReader | undefined;
    const readBody = () => {
      reader = new IdListReader(collect());
      return reader;
    };
    const result = await this.#call({ method: 'GET', path: 'v1/users/_ids', readBody }, options);
    if (result.kind !== 'success' || reader?.isComplete) return result;
    return { kind: 'unexpected', status: 200, message: 'no list of ids' };
  }

  /** Throws UsageError for an id that cannot be part of a path. */
  async status(taskId: string, options?: CallOptions): Promise<CallResult> {
    if (!isTaskId(taskId)) throw new UsageError(`${JSON.stringify(taskId)} is not a valid task id.`);
    const path = `v1/users/_status/${encodeURIComponent(taskId)}`;
    return await this.#call({ method: 'GET', path }, options);
  }

  #call(call: Call, options?: CallOptions): Promise<CallResult> {
    return this.#send({ ...call, query: { ...this.#params, ...call.query } }, options);
  }
}

/** A body whose text stays available. */
class KeptBody extends TextBody {
  text = '';

  override end(): string {
    this.text = super.end();
    return this.text;
  }
}

/** The ids of a result; none if there is no data set yet. Throws the error of any other result. */
export function listedIds(result: IdsResult): IdList {
  requireIds(result);
  return result.kind === 'success' ? result.ids : new IdList([], 0);
}

/** Returns whether the data set exists. Throws the error of any other result without ids. */
export function requireIds(result: IdsResult | CallResult): boolean {
  if (result.kind === 'success') return true;
  if (result.kind === 'not-found') return false;
  throw callError(result, 'listing all ids');
}
