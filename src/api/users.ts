import { isObject } from '../contract/json.ts';
import { memberTexts } from '../contract/json-text.ts';
import { idFault } from '../contract/user-id.ts';
import { UsageError } from '../errors.ts';
import type { Call, CallOptions, Outcome, SendCall } from './call.ts';
import { IdList, IdListBuilder, IdListReader, type TakeIds } from './http/id-list.ts';
import { TextBody } from './http/reply-body.ts';
import { outcomeError } from './retry/outcome-error.ts';

export interface UploadCallOptions extends CallOptions {
  /** Miso checks the records and stores none. */
  readonly dryRun?: boolean;
  /** Miso queues the records and replies at once. */
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

/** An outcome with the ids as a compact list. */
export type IdsOutcome =
  | Exclude<Outcome, { kind: 'success' }>
  | { readonly kind: 'success'; readonly message: string; readonly ids: IdList };

/** An outcome with the text of the record, in which numbers have all their digits. */
export type ReadOutcome =
  | Exclude<Outcome, { kind: 'success' }>
  | (Extract<Outcome, { kind: 'success' }> & { readonly text: string });

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
  upload(body: string | Uint8Array, options: UploadCallOptions = {}): Promise<Outcome> {
    const query = {
      ...(options.dryRun ? { dry_run: '1' } : {}),
      ...(options.async ? { async: '1' } : {}),
    };
    return this.#call({ method: 'POST', path: 'v1/users', query, body }, options);
  }

  /** A success is the record of exactly this user. Any other reply is `unexpected`. */
  async read(id: string, options?: CallOptions): Promise<ReadOutcome> {
    let body = new KeptBody();
    const readBody = () => {
      body = new KeptBody();
      return body;
    };
    const path = `v1/users/${encodeURIComponent(id)}`;
    const outcome = await this.#call({ method: 'GET', path, readBody }, options);
    if (outcome.kind !== 'success') return outcome;
    const found = isObject(outcome.data) ? outcome.data['user_id'] : undefined;
    if (found === id) return { ...outcome, text: memberTexts(body.text).get('data') ?? '' };
    const what =
      typeof found === 'string' ? `the record of another user, ${JSON.stringify(found)}` : 'no user record';
    return { kind: 'unexpected', status: 200, message: what };
  }

  /** Sends the ids in the body, which can contain any id. At most `idsPerDelete` ids. */
  delete(ids: readonly string[], options?: CallOptions): Promise<Outcome> {
    const body = JSON.stringify({ data: { user_ids: ids } });
    return this.#call({ method: 'POST', path: 'v1/users/_delete', body }, options);
  }

  deleteInteractions(ids: readonly string[], options?: CallOptions): Promise<Outcome> {
    const body = JSON.stringify({ user_ids: ids });
    return this.#call({ method: 'DELETE', path: 'v1/interactions', body }, options);
  }

  /** The outcome has all ids as a list. */
  async ids(options?: CallOptions): Promise<IdsOutcome> {
    let builder = new IdListBuilder();
    const collect = () => {
      builder = new IdListBuilder();
      return builder.add.bind(builder);
    };
    const outcome = await this.eachId(collect, options);
    if (outcome.kind !== 'success') return outcome;
    return { kind: 'success', message: outcome.message, ids: builder.list() };
  }

  /**
   * Passes on all ids as they arrive, in memory that does not grow with the list. `collect` is called when a
   * reply begins, and returns the receiver of its ids. If a reply breaks off, the request is repeated: only
   * the ids of the last reply count, and only if the outcome is a success.
   */
  async eachId(collect: () => TakeIds, options?: CallOptions): Promise<Outcome> {
    let reader: IdListReader | undefined;
    const readBody = () => {
      reader = new IdListReader(collect());
      return reader;
    };
    const outcome = await this.#call({ method: 'GET', path: 'v1/users/_ids', readBody }, options);
    if (outcome.kind !== 'success' || reader?.isComplete) return outcome;
    return { kind: 'unexpected', status: 200, message: 'no list of ids' };
  }

  /** Throws UsageError for an id that cannot be part of a path. */
  async status(taskId: string, options?: CallOptions): Promise<Outcome> {
    if (!isTaskId(taskId)) throw new UsageError(`${JSON.stringify(taskId)} is not a valid task id.`);
    const path = `v1/users/_status/${encodeURIComponent(taskId)}`;
    return await this.#call({ method: 'GET', path }, options);
  }

  #call(call: Call, options?: CallOptions): Promise<Outcome> {
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

/** The ids of an outcome; none if there is no data set yet. Throws the error of any other outcome. */
export function listedIds(outcome: IdsOutcome): IdList {
  requireIds(outcome);
  return outcome.kind === 'success' ? outcome.ids : new IdList([], 0);
}

/** Returns whether the data set exists. Throws the error of any other outcome without ids. */
export function requireIds(outcome: IdsOutcome | Outcome): boolean {
  if (outcome.kind === 'success') return true;
  if (outcome.kind === 'not-found') return false;
  throw outcomeError(outcome, 'listing all ids');
}
