/** Ids that are remembered. Beyond this number a repeated id may not be recognized. */
export const maxIds = 500_000;

/**
 * A set of ids in bounded memory: 64 bits of hash for each, 8 MB at most. Two of 500,000 ids share a hash
 * with a probability of about 1 in 150 million.
 */
export class IdSet {
  readonly #maxIds: number;
  #size = 0;
  /** Two numbers per slot; 0, 0 is an empty slot. */
  #slots = new Uint32Array(2 * 4096);

  constructor(limit = maxIds) {
    this.#maxIds = limit;
  }

  get isFull(): boolean {
    return this.#size >= this.#maxIds;
  }

  /** Adds an id, if there is room. Returns whether it was in the set before. */
  add(id: string): boolean {
    const [high, low] = hash(id);
    const index = this.#find(high, low);
    if (this.#slots[index] !== 0 || this.#slots[index + 1] !== 0) return true;
    if (this.isFull) return false;
    this.#slots[index] = high;
    this.#slots[index + 1] = low;
    this.#size++;
    if (this.#size * 4 > this.#slots.length) this.#grow();
    return false;
  }

  has(id: string): boolean {
    const index = this.#find(...hash(id));
    return this.#slots[index] !== 0 || this.#slots[index + 1] !== 0;
  }

  /** The slot of a hash, or the empty slot where it belongs. */
  #find(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let index = (2 * low) & mask;
    while (
      (this.#slots[index] !== high || this.#slots[index + 1] !== low) &&
      (this.#slots[index] !== 0 || this.#slots[index + 1] !== 0)
    ) {
      index = (index + 2) & mask;
    }
    return index;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0 && old[at + 1] === 0) continue;
      const index = this.#find(old[at]!, old[at + 1]!);
      this.#slots[index] = old[at]!;
      this.#slots[index + 1] = old[at + 1]!;
    }
  }
}

/** Two independent hashes of 32 bits (cyrb53 without its last step). Never 0, 0. */
function hash(id: string): [high: number, low: number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0 || 1];
}
