import type { Reason } from '../records/record.ts';
import { KnownUsers } from './known-users.ts';
import type { UserReader } from './user-reader.ts';

/** What a record is merged with: the user as JSON, undefined if there is none, or why it is unknown. */
export type Base = { readonly json: string | undefined } | { readonly reason: Reason };

/**
 * Looks up the users of a run: first those that it read or sent before, then those of a file, then those at
 * Miso.
 */
export class UserSource {
  readonly #known: KnownUsers;
  readonly #reader: Pick<UserReader, 'read'> | undefined;
  readonly #file: ReadonlyMap<string, string>;

  /** `reader`: absent to read no user. `file`: users that need not be read. */
  constructor({
    reader,
    file = new Map(),
    known = new KnownUsers(),
  }: {
    readonly reader: Pick<UserReader, 'read'> | undefined;
    readonly file?: ReadonlyMap<string, string> | undefined;
    readonly known?: KnownUsers;
  }) {
    this.#reader = reader;
    this.#file = file;
    this.#known = known;
  }

  /** Throws what `UserReader.read` throws. */
  async baseOf(id: string): Promise<Base> {
    const known = this.#known.get(id);
    if (known) return { json: known.json };
    if (this.#known.isEvicted(id)) return { reason: evicted };
    const json = this.#file.get(id);
    if (json !== undefined || this.#reader === undefined) return { json };
    const read = await this.#reader.read(id);
    if (read.kind === 'failed') return { reason: { ...unread, found: read.message } };
    const found = read.kind === 'found' ? read.json : undefined;
    this.#known.set(id, { json: found, isSent: false });
    return { json: found };
  }

  /** Sets what later records are merged with. `isSent`: Miso may not return it yet. */
  remember(id: string, json: string | undefined, { isSent }: { readonly isSent: boolean }): void {
    this.#known.set(id, { json, isSent });
  }
}

/** Records of users that could not be read are counted by this reason. */
export const unread: Reason = {
  field: '',
  reason: 'the user could not be read, so it was not changed',
  hint: 'Run the same command with the rejected records.',
  by: 'local',
};

const evicted: Reason = {
  field: 'user_id',
  reason: 'the id was in a much earlier record, which is no longer in memory',
  hint: 'Run the same command with the rejected records, or sort the input by user id.',
  by: 'local',
};
