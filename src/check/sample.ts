import { createHash } from 'node:crypto';
import type { UserRecord } from '../records/record.ts';

/** How many users to compare: a number, or a share from 0 to 1. */
export type SampleSize = { readonly count: number } | { readonly share: number };

const chunkLength = 1000;

/**
 * A number from 0 to 1 that depends only on the seed and the id, so that all records of a user have the same.
 */
function rankOf(id: string, seed: number): number {
  const digest = createHash('sha256').update(`${seed} ${id}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** Whether a user is part of a sample that is a share of all users. */
export function isInShare(id: string, share: number, seed: number): boolean {
  return share >= 1 || rankOf(id, seed) < share;
}

/** The last record of each of `count` users, chosen at random from a stream of unknown length. */
export class RecordSample {
  readonly #count: number;
  readonly #seed: number;
  #chosen = new Map<string, { readonly rank: number; readonly record: UserRecord }>();
  /** Users at or above this rank are not in the sample. */
  #maxRank = Number.POSITIVE_INFINITY;

  constructor(count: number, seed: number) {
    this.#count = count;
    this.#seed = seed;
  }

  /** A record of a user; a later one of the same user replaces it. */
  add(record: UserRecord): void {
    const rank = rankOf(record.id, this.#seed);
    if (rank >= this.#maxRank) return;
    this.#chosen.set(record.id, { rank, record });
    // The users with the lowest ranks remain. Selecting them occasionally is cheaper than after each record.
    if (this.#chosen.size >= 2 * this.#count + 100) this.#cut();
  }

  /** Users that are part of the sample, after all records. */
  get size(): number {
    return Math.min(this.#count, this.#chosen.size);
  }

  /** The records, in chunks. */
  *chunks(): Generator<readonly UserRecord[]> {
    this.#cut();
    const records = [...this.#chosen.values()].map(({ record }) => record);
    for (let from = 0; from < records.length; from += chunkLength)
      yield records.slice(from, from + chunkLength);
  }

  #cut(): void {
    if (this.#chosen.size <= this.#count) return;
    const ranks = [...this.#chosen.values()].map(({ rank }) => rank).sort((a, b) => a - b);
    this.#maxRank = ranks[this.#count]!;
    this.#chosen = new Map([...this.#chosen].filter(([, { rank }]) => rank < this.#maxRank));
  }
}
