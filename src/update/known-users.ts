import { IdSet } from '../upload/outcome/id-set.ts';

/** A user as it was read or, after that, sent. `json`: undefined if Miso has no such user. */
export interface KnownUser {
  readonly json: string | undefined;
  /** The run sent the user. Miso may not return it yet, so it must not be read again. */
  readonly isSent: boolean;
}

/** Max characters of records to keep: about 100,000 users. */
const maxCharacters = 64 * 1024 * 1024;
/** Size of an entry in addition to its texts. */
const entryCharacters = 100;

/**
 * The users that a run read or sent, in bounded memory, so that several records of one id build on each other
 * and no user is read twice. When memory is full, the oldest users are evicted; which of them were sent stays
 * known.
 */
export class KnownUsers {
  readonly #maxCharacters: number;
  readonly #users = new Map<string, KnownUser>();
  readonly #evicted = new IdSet(Number.POSITIVE_INFINITY);
  #characters = 0;

  constructor(limit = maxCharacters) {
    this.#maxCharacters = limit;
  }

  get(id: string): KnownUser | undefined {
    return this.#users.get(id);
  }

  /** Whether the run sent this user and no longer has its record. */
  isEvicted(id: string): boolean {
    return !this.#users.has(id) && this.#evicted.has(id);
  }

  set(id: string, user: KnownUser): void {
    this.#remove(id);
    this.#users.set(id, user);
    this.#characters += sizeOf(id, user);
    for (const [oldest, { isSent }] of this.#users) {
      if (this.#characters <= this.#maxCharacters || oldest === id) return;
      this.#remove(oldest);
      if (isSent) this.#evicted.add(oldest);
    }
  }

  #remove(id: string): void {
    const user = this.#users.get(id);
    if (user === undefined) return;
    this.#characters -= sizeOf(id, user);
    this.#users.delete(id);
  }
}

function sizeOf(id: string, { json = '' }: KnownUser): number {
  return id.length + json.length + entryCharacters;
}
