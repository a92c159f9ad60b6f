import { idFault } from '../contract/user-id.ts';
import { UsageError } from '../errors.ts';
import type { Caller, CallOptions, Outcome } from './retry/caller.ts';

export interface UploadCallOptions extends CallOptions {
  /** Miso checks the records and stores none. */
  readonly dryRun?: boolean;
  /** Miso queues the records and answers at once. */
  readonly async?: boolean;
}

/** Miso's own SDK sends at most as many ids in one delete call. */
export const idsPerDelete = 1000;

/** Ids that no path can carry: every URL library resolves them away, even percent-encoded. */
const pathless = new Set(['', '.', '..']);

/** The endpoints of Miso's User APIs, one method each. Source: docs/miso-api.md. */
export class UsersEndpoints {
  readonly #caller: Caller;
  readonly #params: Readonly<Record<string, string>>;

  /** `params`: extra query parameters for every call. */
  constructor(caller: Caller, params: Readonly<Record<string, string>> = {}) {
    this.#caller = caller;
    this.#params = params;
  }

  /** `body`: see `uploadBody`, or that in UTF-8. */
  upload(body: string | Uint8Array, options: UploadCallOptions = {}): Promise<Outcome> {
    const query = {
      ...this.#params,
      ...(options.dryRun ? { dry_run: '1' } : {}),
      ...(options.async ? { async: '1' } : {}),
    };
    return this.#caller.call({ method: 'POST', path: 'v1/users', query, body }, options);
  }

  /** Whether `read` can request this id: a path can carry it, and a user can have it. */
  static isReadable(id: string): boolean {
    return !pathless.has(id) && idFault(id) === undefined;
  }

  read(id: string, options?: CallOptions): Promise<Outcome> {
    return this.#caller.call(
      { method: 'GET', path: `v1/users/${encodeURIComponent(id)}`, query: this.#params },
      options,
    );
  }

  /** Ids travel in the body, where every id can be said. At most `idsPerDelete` of them. */
  delete(ids: readonly string[], options?: CallOptions): Promise<Outcome> {
    const body = JSON.stringify({ data: { user_ids: ids } });
    return this.#caller.call(
      { method: 'POST', path: 'v1/users/_delete', query: this.#params, body },
      options,
    );
  }

  deleteInteractions(ids: readonly string[], options?: CallOptions): Promise<Outcome> {
    const body = JSON.stringify({ user_ids: ids });
    return this.#caller.call(
      { method: 'DELETE', path: 'v1/interactions', query: this.#params, body },
      options,
    );
  }

  ids(options?: CallOptions): Promise<Outcome> {
    return this.#caller.call({ method: 'GET', path: 'v1/users/_ids', query: this.#params }, options);
  }

  /** Whether `status` can ask for this id. */
  static isTaskId(id: string): boolean {
    return !pathless.has(id) && id.isWellFormed();
  }

  /** Throws UsageError for an id that no path can carry. */
  async status(taskId: string, options?: CallOptions): Promise<Outcome> {
    if (!UsersEndpoints.isTaskId(taskId)) {
      throw new UsageError(`${JSON.stringify(taskId)} is no task id: no address can carry it.`);
    }
    const path = `v1/users/_status/${encodeURIComponent(taskId)}`;
    return await this.#caller.call({ method: 'GET', path, query: this.#params }, options);
  }
}
