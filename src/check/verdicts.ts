import type { Entry, IdTable } from '../ids/id-table.ts';

/** How a user of the files and the user at Miso compare, in rclone's signs. */
export type Verdict = '=' | '*' | '+' | '-' | '!';

/** One user. `details`: the fields that differ, or why the user could not be compared. */
export interface CheckedUser {
  readonly verdict: Verdict;
  readonly id: string;
  readonly details: readonly string[];
}

/** Flags of a user in the table. */
export const flag = {
  atMiso: 1,
  /** The files have a valid record of the user. */
  inFiles: 2,
  /** The files have a record that upload would reject. */
  rejected: 4,
  compared: 8,
  same: 16,
  unread: 32,
} as const;

/** The verdict on each user, in a few bytes per user. */
export class Verdicts {
  readonly #table: IdTable;
  /** By entry. Most have the same few details, which are shared through `known`. */
  readonly #details = new Map<Entry, readonly string[]>();
  readonly #known = new Map<string, readonly string[]>();

  /** `table`: the ids at Miso, each with the flag `atMiso`. The ids of the files are added to it. */
  constructor(table: IdTable) {
    this.#table = table;
  }

  /** A valid record of the files. Returns whether Miso has the user. */
  addRecord(id: string): boolean {
    const entry = this.#table.add(id);
    this.#table.set(entry, flag.inFiles);
    return this.#table.has(entry, flag.atMiso);
  }

  /** A record of the files that upload would reject. */
  addRejected(id: string, reason: string): void {
    const entry = this.#table.add(id);
    this.#table.set(entry, flag.rejected);
    if (!this.#table.has(entry, flag.inFiles)) this.#setDetails(entry, [reason]);
  }

  /** The result for a record. The result for a later record of the user replaces it. */
  addCompared(id: string, fields: readonly string[]): void {
    const entry = this.#reset(id);
    this.#table.set(entry, flag.compared | (fields.length === 0 ? flag.same : 0));
    if (fields.length > 0) this.#setDetails(entry, fields);
  }

  /** Miso listed the user, but it no longer existed when it was read. */
  addVanished(id: string): void {
    this.#table.clear(this.#reset(id), flag.atMiso);
  }

  addUnread(id: string, reason: string): void {
    const entry = this.#reset(id);
    this.#table.set(entry, flag.unread);
    this.#setDetails(entry, [reason]);
  }

  /** All users with a verdict: those at Miso in the order of its list, then those only in the files. */
  *all(): Generator<CheckedUser> {
    for (const entry of this.#table.entries()) {
      const verdict = this.#verdictOf(entry);
      if (verdict === undefined) continue;
      yield { verdict, id: this.#table.idOf(entry), details: this.#details.get(entry) ?? [] };
    }
  }

  /** Users in the files and at Miso that were not compared. */
  get notCompared(): number {
    let count = 0;
    for (const entry of this.#table.entries(flag.atMiso | flag.inFiles))
      if (this.#verdictOf(entry) === undefined) count++;
    return count;
  }

  #verdictOf(entry: Entry): Verdict | undefined {
    const has = (own: number) => this.#table.has(entry, own);
    if (!has(flag.inFiles)) return has(flag.rejected) ? '!' : '-';
    if (!has(flag.atMiso)) return '+';
    if (has(flag.unread)) return '!';
    if (!has(flag.compared)) return undefined;
    return has(flag.same) ? '=' : '*';
  }

  #reset(id: string): Entry {
    const entry = this.#table.add(id);
    this.#table.clear(entry, flag.compared | flag.same | flag.unread);
    this.#details.delete(entry);
    return entry;
  }

  #setDetails(entry: Entry, details: readonly string[]): void {
    const key = details.join('\0');
    const known = this.#known.get(key) ?? details;
    this.#known.set(key, known);
    this.#details.set(entry, known);
  }
}
