import type { Reason } from '../records/record.ts';
import { KnownUsers } from './known-users.ts';
import type { UserReader } from './user-reader.ts';

/** What a record is merged with: the user as JSON, undefined if there is none, or why that is not known. */
export type Base = { readonly json: string | undefined } | { readonly reason: Reason };

/** Finds the users of a run: as an earlier record of the run left them, as a file has them, or as Miso returns them. */
export class UserSource {
  readonly #known: KnownUsers;
  readonly #reader: Pick<UserReader, 'read'> | undefined;
  readonly #file: ReadonlyMap<string, string>;

  /** `reader`: absent to read nothing. `file`: users that are not read. */
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
    if (this.#known.isForgotten(id)) return { reason: forgotten };
    const json = this.#file.get(id);
    if (json !== undefined || this.#reader === undefined) return { json };
    const read = await this.#reader.read(id);
    if (read.kind === 'failed') return { reason: { ...unread, found: read.message } };
    const found = read.kind === 'found' ? read.json : undefined;
    this.#known.set(id, { json: found, isSent: false });
    return { json: found };
  }

  /** The user as it is from now on. `isSent`: Miso may not show it yet. */
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

const forgotten: Reason = {
  field: 'user_id',
  reason: 'the id was in a much earlier record, which is no longer in memory',
  hint: 'Run the same command with the rejected records, or sort the input by user id.',
  by: 'local',
};
