import { UsageError } from '../errors.ts';
import type { Caller, CallOptions, Outcome } from './caller.ts';

export interface UploadCallOptions extends CallOptions {
  /** Miso checks the records and stores none. */
  readonly dryRun?: boolean;
  /** Miso queues the records and answers at once. */
  readonly async?: boolean;
}

/** Opening and closing of an upload's body around the records: `{"data":[` and `]}`. */
export const uploadEnvelopeBytes = 11;

/** Miso's own SDK sends at most as many ids in one delete call. */
export const idsPerDelete = 1000;

/** Ids that no path can carry: every URL library resolves them away, even percent-encoded. */
const pathless = new Set(['', '.', '..']);

/** Characters of the longest id that Miso stores. */
const longestId = 512;

/** The endpoints of Miso's User APIs, one method each. Source: docs/miso-api.md. */
export class UsersEndpoints {
  readonly #caller: Caller;
  readonly #params: Readonly<Record<string, string>>;

  /** `params`: extra query parameters for every call. */
  constructor(caller: Caller, params: Readonly<Record<string, string>> = {}) {
    this.#caller = caller;
    this.#params = params;
  }

  /** `records`: user records as JSON, text or UTF-8, in order; one element may be several records with commas between them. */
  upload(records: readonly (string | Uint8Array)[], options: UploadCallOptions = {}): Promise<Outcome> {
    const query = {
      ...this.#params,
      ...(options.dryRun ? { dry_run: '1' } : {}),
      ...(options.async ? { async: '1' } : {}),
    };
    return this.#caller.call({ method: 'POST', path: 'v1/users', query, body: uploadBody(records) }, options);
  }

  /**
   * Whether `read` can ask for this id: see `pathless`; one that starts with `_` would name another endpoint; one that is
   * too long, or no text at all, is nobody's.
   */
  static isReadable(id: string): boolean {
    return !pathless.has(id) && !id.startsWith('_') && id.isWellFormed() && [...id].length <= longestId;
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

const opening = Buffer.from('{"data":[');
const comma = Buffer.from(',');
const closing = Buffer.from(']}');

function uploadBody(records: readonly (string | Uint8Array)[]): string | Buffer {
  if (records.every((record) => typeof record === 'string')) return `{"data":[${records.join(',')}]}`;
  const parts: Uint8Array[] = [];
  for (const record of records) {
    parts.push(
      parts.length === 0 ? opening : comma,
      typeof record === 'string' ? Buffer.from(record) : record,
    );
  }
  return Buffer.concat([...parts, closing]);
}
