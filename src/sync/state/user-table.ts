import type { Fingerprint } from '../fingerprint/fingerprint.ts';

/** What is known of a user; flags are combined with `|`. */
export const userFlag = {
  /** The state says that a record of this user is stored: see `record`. */
  stored: 1,
  /** Miso lists the id. */
  remote: 2,
  /** The input of this run holds the id. */
  input: 4,
  /** A record of this user was sent in this run, so that later ones are sent too. */
  sent: 8,
  /**
   * What Miso holds is not known: a record was sent and not confirmed, or another command changed the user.
   */
  unsure: 16,
  /** The user is counted as one of the input. */
  counted: 32,
  /** The plan that is applied sends or deletes this user. */
  planned: 64,
} as const;

const usedFlag = 128;

/** Index of a user in the table; valid until the next `insert`. */
export type Slot = number;

/**
 * At most this share of the slots is used: a search passes few slots, and ten million users fit into 280 MB.
 */
const maxLoad = 0.75;
const growth = 1.33;
const smallest = 64;

/**
 * Users by the fingerprint of their id: a hash table in typed arrays, 21 bytes per slot, because ten million
 * objects would take ten times as much. Slots are ordered by the first half of the fingerprint, so that a
 * sorted file can be written and read without sorting everything.
 */
export class UserTable {
  #size = 0;
  #capacity: number;
  #idHigh: Uint32Array;
  #idLow: Uint32Array;
  #recordHigh: Uint32Array;
  #recordLow: Uint32Array;
  #goneSince: Uint32Array;
  /** 0 for an empty slot; otherwise the flags and `usedFlag`. */
  #flags: Uint8Array;

  /** @param expected Users to make room for at once. */
  constructor(expected = 0) {
    this.#capacity = Math.max(smallest, Math.ceil(expected / maxLoad));
    [this.#idHigh, this.#idLow, this.#recordHigh, this.#recordLow, this.#goneSince] = columns(this.#capacity);
    this.#flags = new Uint8Array(this.#capacity);
  }

  get size(): number {
    return this.#size;
  }

  find({ high, low }: Fingerprint): Slot | undefined {
    for (let slot = this.#home(high); ; slot = this.#next(slot)) {
      if (this.#flags[slot] === 0) return undefined;
      if (this.#idHigh[slot] === high && this.#idLow[slot] === low) return slot;
    }
  }

  /** The slot of a user, who is added without flags when missing. */
  insert(id: Fingerprint): Slot {
    const found = this.find(id);
    if (found !== undefined) return found;
    if (this.#size + 1 > this.#capacity * maxLoad) this.#grow();
    let slot = this.#home(id.high);
    while (this.#flags[slot] !== 0) slot = this.#next(slot);
    this.#idHigh[slot] = id.high;
    this.#idLow[slot] = id.low;
    this.#flags[slot] = usedFlag;
    this.#size++;
    return slot;
  }

  has(slot: Slot, flag: number): boolean {
    return (this.#flags[slot]! & flag) === flag;
  }

  set(slot: Slot, flag: number): void {
    this.#flags[slot]! |= flag;
  }

  clear(slot: Slot, flag: number): void {
    this.#flags[slot]! &= ~flag;
  }

  /** Of the record that is stored; meaningless without the flag `stored`. */
  record(slot: Slot): Fingerprint {
    return { high: this.#recordHigh[slot]!, low: this.#recordLow[slot]! };
  }

  setRecord(slot: Slot, { high, low }: Fingerprint): void {
    this.#recordHigh[slot] = high;
    this.#recordLow[slot] = low;
  }

  id(slot: Slot): Fingerprint {
    return { high: this.#idHigh[slot]!, low: this.#idLow[slot]! };
  }

  /** Seconds since 1970 at which the user was first missing from the input; 0 for a user who is not. */
  goneSince(slot: Slot): number {
    return this.#goneSince[slot]!;
  }

  setGoneSince(slot: Slot, seconds: number): void {
    this.#goneSince[slot] = seconds;
  }

  /** All users that have all of `flags`, in the order of their slots: nearly that of their fingerprints. */
  *slots(flags = 0): Generator<Slot> {
    for (let slot = 0; slot < this.#capacity; slot++) {
      const own = this.#flags[slot]!;
      if (own !== 0 && (own & flags) === flags) yield slot;
    }
  }

  /** Clears a flag of all users. */
  clearAll(flag: number): void {
    for (let slot = 0; slot < this.#capacity; slot++) this.#flags[slot]! &= ~flag;
  }

  /** Users that have all of `flags` and none of `without`. */
  count(flags: number, without = 0): number {
    let count = 0;
    for (let slot = 0; slot < this.#capacity; slot++) {
      const own = this.#flags[slot]!;
      if (own !== 0 && (own & flags) === flags && (own & without) === 0) count++;
    }
    return count;
  }

  #home(high: number): Slot {
    return Math.floor((high / 2 ** 32) * this.#capacity);
  }

  #next(slot: Slot): Slot {
    return slot + 1 === this.#capacity ? 0 : slot + 1;
  }

  #grow(): void {
    const flags = this.#flags;
    const before = flags.length;
    this.#capacity = Math.ceil(before * growth);
    this.#flags = new Uint8Array(this.#capacity);
    const target = new Uint32Array(before);
    for (let from = 0; from < before; from++) {
      if (flags[from] === 0) continue;
      let to = this.#home(this.#idHigh[from]!);
      while (this.#flags[to] !== 0) to = this.#next(to);
      this.#flags[to] = flags[from]!;
      target[from] = to;
    }
    const moved = (column: Uint32Array) => {
      const grown = new Uint32Array(this.#capacity);
      for (let from = 0; from < before; from++) if (flags[from] !== 0) grown[target[from]!] = column[from]!;
      return grown;
    };
    // One after the other, so that memory for only one of them is needed twice.
    this.#idHigh = moved(this.#idHigh);
    this.#idLow = moved(this.#idLow);
    this.#recordHigh = moved(this.#recordHigh);
    this.#recordLow = moved(this.#recordLow);
    this.#goneSince = moved(this.#goneSince);
  }
}

type Columns = [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];

function columns(length: number): Columns {
  return Array.from({ length: 5 }, () => new Uint32Array(length)) as Columns;
}
