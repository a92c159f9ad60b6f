import type { IdTable } from './id-table.ts';

/** `plus`: only in the input; `minus`: only at Miso. */
export type Side = 'plus' | 'minus';

/** An id that exists on only one side. */
export interface Difference {
  readonly side: Side;
  readonly id: string;
}

/** Of an entry: the input has it. */
const inInput = 1;
/** Max differences to return at once. */
const chunkLength = 4096;

/** Compares the ids of an input with all ids at Miso. Each id counts once. */
export class IdDiff {
  readonly #table: IdTable;
  #plus = 0;
  #both = 0;

  /** `table`: the ids at Miso. The ids of the input are added to it. */
  constructor(table: IdTable) {
    this.#table = table;
  }

  /** Adds the next ids of the input. Returns those that exist only in the input. */
  compare(ids: readonly string[]): Difference[] {
    const differences: Difference[] = [];
    for (const id of ids) {
      const found = this.#table.find(id);
      if (found === undefined) {
        this.#table.set(this.#table.add(id), inInput);
        this.#plus++;
        differences.push({ side: 'plus', id });
      } else if (!this.#table.has(found, inInput)) {
        this.#table.set(found, inInput);
        this.#both++;
      }
    }
    return differences;
  }

  /** The ids that exist only at Miso, in Miso's order. Called after the end of the input. */
  *rest(): Generator<readonly Difference[]> {
    let differences: Difference[] = [];
    for (const entry of this.#table.entries(0, inInput)) {
      differences.push({ side: 'minus', id: this.#table.idOf(entry) });
      if (differences.length < chunkLength) continue;
      yield differences;
      differences = [];
    }
    yield differences;
  }

  /** The input contained no id so far. */
  get isEmpty(): boolean {
    return this.#plus + this.#both === 0;
  }

  get counts(): { readonly plus: number; readonly minus: number; readonly both: number } {
    return { plus: this.#plus, minus: this.#table.size - this.#plus - this.#both, both: this.#both };
  }
}
