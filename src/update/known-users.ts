import { IdSet } from '../upload/outcome/id-set.ts';

/** A user as it was read, or as it was sent since. `json`: undefined if Miso has no such user. */
export interface KnownUser {
  readonly json: string | undefined;
  /** The run sent the user, so Miso may not show it yet: it must not be read again. */
  readonly isSent: boolean;
}

/** Characters of records that are remembered: about 100,000 users. */
const maxCharacters = 64 * 1024 * 1024;
/** What an entry takes beside its texts. */
const entryCharacters = 100;

/**
 * The users that a run read or sent, in bounded memory: several records of one id build on each other, and none is
 * read twice. Of users that had to be forgotten, it knows which were sent.
 */
export class KnownUsers {
  readonly #maxCharacters: number;
  readonly #users = new Map<string, KnownUser>();
  readonly #forgotten = new IdSet(Number.POSITIVE_INFINITY);
  #characters = 0;

  constructor(limit = maxCharacters) {
    this.#maxCharacters = limit;
  }

  get(id: string): KnownUser | undefined {
    return this.#users.get(id);
  }

  /** Whether the run sent this user and no longer knows it. */
  isForgotten(id: string): boolean {
    return !this.#users.has(id) && this.#forgotten.has(id);
  }

  set(id: string, user: KnownUser): void {
    this.#remove(id);
    this.#users.set(id, user);
    this.#characters += sizeOf(id, user);
    for (const [oldest, { isSent }] of this.#users) {
      if (this.#characters <= this.#maxCharacters || oldest === id) return;
      this.#remove(oldest);
      if (isSent) this.#forgotten.add(oldest);
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
