/** A half-open stretch of positions, from the first up to but not including the second. */
export type Range = readonly [from: number, to: number];

/** A set of whole numbers, kept as disjoint stretches in rising order: small as long as the numbers lie close together. */
export class Ranges {
  #ranges: [number, number][];
  /** The stretch that grew last: numbers mostly come one after the other. */
  #latest = 0;

  constructor(ranges: readonly Range[] = []) {
    this.#ranges = [];
    for (const [from, to] of ranges) this.add(from, to);
  }

  /** Adds all numbers from `from` up to but not including `to`. */
  add(from: number, to: number = from + 1): void {
    if (from >= to) return;
    const latest = this.#ranges[this.#latest];
    const nextFrom = this.#ranges[this.#latest + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    if (latest?.[1] === from && to < nextFrom) {
      latest[1] = to;
      return;
    }
    // All stretches from `first` up to but not including `last` touch or overlap the new one.
    const first = this.#search((range) => range[1] >= from);
    const last = this.#search((range) => range[0] > to);
    const merged: [number, number] = [from, to];
    for (const [f, t] of this.#ranges.slice(first, last)) {
      merged[0] = Math.min(merged[0], f);
      merged[1] = Math.max(merged[1], t);
    }
    this.#ranges.splice(first, last - first, merged);
    this.#latest = first;
  }

  has(n: number): boolean {
    const range = this.#ranges[this.#search((r) => r[1] > n)];
    return range !== undefined && range[0] <= n;
  }

  /** How many numbers the set holds. */
  get size(): number {
    return this.#ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  toJSON(): Range[] {
    return this.#ranges.map(([from, to]) => [from, to]);
  }

  /** Index of the first stretch for which `test` holds; it holds for all behind it as well. */
  #search(test: (range: Range) => boolean): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (test(this.#ranges[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
