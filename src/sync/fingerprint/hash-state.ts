import type { Fingerprint } from './fingerprint.ts';

/** Where the two halves of a hash begin. */
export interface Seed {
  readonly a: number;
  readonly b: number;
}

/**
 * A hash of text and numbers in two 32-bit halves, as in cyrb53. SHA-256 takes ten times as long, and would
 * hide no more: whoever can read a state has its salt.
 */
export class HashState {
  a = 0;
  b = 0;

  start({ a, b }: Seed): void {
    this.a = a;
    this.b = b;
  }

  /** Adds a part of a text, and its length. */
  characters(text: string, from = 0, to = text.length): void {
    let { a, b } = this;
    for (let at = from; at < to; at += 2) {
      const pair = text.charCodeAt(at) | (at + 1 < to ? text.charCodeAt(at + 1) << 16 : 0);
      a = Math.imul(a ^ pair, 2654435761);
      b = Math.imul(b ^ pair, 1597334677);
      a = (a << 13) | (a >>> 19);
      b = (b << 15) | (b >>> 17);
    }
    this.a = a;
    this.b = b;
    this.number(to - from);
  }

  /** Adds 32 bits in another way than characters, so that no text looks like a number. */
  number(value: number): void {
    const a = Math.imul(this.a ^ value, 0x85ebca6b);
    const b = Math.imul(this.b ^ value, 0xc2b2ae35);
    this.a = (a << 11) | (a >>> 21);
    this.b = (b << 17) | (b >>> 15);
  }

  /** Each bit depends on all that was added. */
  end(): Fingerprint {
    const { a, b } = this;
    const high = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    const low = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    return { high: high >>> 0, low: low >>> 0 };
  }
}

/** A hash of one text. */
export function hashOf(seed: Seed, text: string): HashState {
  const hash = new HashState();
  hash.start(seed);
  hash.characters(text);
  return hash;
}
