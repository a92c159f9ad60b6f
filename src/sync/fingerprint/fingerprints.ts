import { hash } from 'node:crypto';
import type { Fingerprint } from './fingerprint.ts';
import { hashOf, type Seed } from './hash-state.ts';
import { RecordHasher } from './record-hasher.ts';

/**
 * Fingerprints of ids and records, keyed with a salt, so that a state file reveals neither: testing whether a
 * known e-mail address is in it takes the salt, which is in the file, and only its owner can read that.
 */
export class Fingerprints {
  readonly #idSeed: Seed;
  readonly #records: RecordHasher;

  /** @param salt Random hexadecimal digits, unique to one state. */
  constructor(salt: string) {
    this.#idSeed = seedOf(`${salt}i`);
    this.#records = new RecordHasher(seedOf(`${salt}r`));
  }

  ofId(id: string): Fingerprint {
    return hashOf(this.#idSeed, id).end();
  }

  /**
   * Of a user record, as JSON text. Records that Miso stores alike have the same fingerprint: neither the
   * order of keys counts, nor a key whose value is null, nor the form of a date.
   */
  ofRecord(json: string): Fingerprint {
    return this.#records.hash(json);
  }
}

/** 64 bits of a SHA-256. */
function seedOf(text: string): Seed {
  const digest = hash('sha256', text, 'buffer');
  return { a: digest.readInt32LE(0), b: digest.readInt32LE(4) };
}
