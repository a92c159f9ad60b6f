import { idFault } from '../contract/user-id.ts';
import { UsageError } from '../errors.ts';
import type { Call, CallOptions, Outcome, SendCall } from './call.ts';
import { outcomeError } from './retry/outcome-error.ts';

export interface UploadCallOptions extends CallOptions {
  /** Miso checks the records and stores none. */
  readonly dryRun?: boolean;
  /** Miso queues the records and replies at once. */
  readonly async?: boolean;
}

/** Max ids in one delete call, as in Miso's own SDK. */
export const idsPerDelete = 1000;

/** Ids that no path can carry: every URL library resolves them away, even percent-encoded. */
const pathless = new Set(['', '.', '..']);

/** Whether `read` can request this id: a path can carry it, and a user can have it. */
export function isReadableId(id: string): boolean {
  return !pathless.has(id) && idFault(id) === undefined;
}

/** Whether `status` can request this task id. */
export function isTaskId(id: string): boolean {
  return !pathless.has(id) && id.isWellFormed();
}

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

  read(id: string, options?: CallOptions): Promise<Outcome> {
    return this.#call({ method: 'GET', path: `v1/users/${encodeURIComponent(id)}` }, options);
  }

  /** Ids travel in the body, which can carry every id. At most `idsPerDelete` of them. */
  delete(ids: readonly string[], options?: CallOptions): Promise<Outcome> {
    const body = JSON.stringify({ data: { user_ids: ids } });
    return this.#call({ method: 'POST', path: 'v1/users/_delete', body }, options);
  }

  deleteInteractions(ids: readonly string[], options?: CallOptions): Promise<Outcome> {
    const body = JSON.stringify({ user_ids: ids });
    return this.#call({ method: 'DELETE', path: 'v1/interactions', body }, options);
  }

  ids(options?: CallOptions): Promise<Outcome> {
    return this.#call({ method: 'GET', path: 'v1/users/_ids' }, options);
  }

  /** Throws UsageError for an id that no path can carry. */
  async status(taskId: string, options?: CallOptions): Promise<Outcome> {
    if (!isTaskId(taskId)) throw new UsageError(`${JSON.stringify(taskId)} is not a valid task id.`);
    const path = `v1/users/_status/${encodeURIComponent(taskId)}`;
    return await this.#call({ method: 'GET', path }, options);
  }

  #call(call: Call, options?: CallOptions): Promise<Outcome> {
    return this.#send({ ...call, query: { ...this.#params, ...call.query } }, options);
  }
}

/** The ids in a reply to `ids`; none while there is no data set. Throws the error of any other outcome. */
export function listedIds(outcome: Outcome): string[] {
  if (outcome.kind === 'not-found') return [];
  const list = outcome.kind === 'success' ? (outcome.data as { ids?: unknown } | null)?.ids : undefined;
  if (!Array.isArray(list)) throw outcomeError(outcome, 'listing all ids');
  return list.map(String);
}
