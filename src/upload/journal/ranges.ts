/** Positions from `from` up to but not including `to`. */
export type Range = readonly [from: number, to: number];

/**
 * A set of integers as disjoint ranges in ascending order. It is small if the numbers are mostly consecutive.
 */
export class Ranges {
  #ranges: [number, number][];
  /** Index of the range that grew last: the next number usually belongs to it, too. */
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
    // Ranges from `first` up to but not including `last` touch or overlap the new one.
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

  /** Index of the first range for which `test` holds. It must hold for all ranges after it. */
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
