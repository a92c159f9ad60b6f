/** Names this short may be values, too. */
const minNameLength = 4;

/** Recognizes the header of a table among its rows, as in concatenated files. */
export class RepeatedHeader {
  readonly #names: readonly string[];
  readonly #isDistinctive: boolean;
  readonly #all: ReadonlySet<string>;

  /** `header`: its cells. */
  constructor(header: readonly string[]) {
    this.#names = header.map(normalized);
    this.#all = new Set(this.#names);
    this.#isDistinctive = this.#names.some((name) => name.length >= minNameLength);
  }

  /** What a row is: the header again, the same names in another order, or a row like any other. */
  match(cells: readonly string[]): 'same' | 'reordered' | undefined {
    const [first] = cells;
    if (first === undefined || cells.length !== this.#names.length || !this.#all.has(normalized(first)))
      return;
    const names = cells.map(normalized);
    if (names.every((name, at) => name === this.#names[at])) return 'same';
    const others = new Set(names);
    const hasAll = others.size === names.length && names.every((name) => this.#all.has(name));
    return hasAll && this.#isDistinctive ? 'reordered' : undefined;
  }
}

function normalized(name: string): string {
  return name.trim().toLowerCase();
}
