import type { Item } from '../item.ts';

/** The records of a batch that a later record of the same id supersedes, by id. */
export class SupersededRecords {
  readonly #byId = new Map<string, Item[]>();

  /** `items`: in the order of the input. */
  constructor(items: readonly Item[]) {
    for (const item of items) {
      const list = this.#byId.get(item.record.id);
      if (list) list.push(item);
      else this.#byId.set(item.record.id, [item]);
    }
  }

  /** The records that `item` supersedes. */
  of(item: Item): readonly Item[] {
    return this.#byId.get(item.record.id) ?? [];
  }

  /** Removes and returns the record before `item`, which is to be sent because `item` was rejected. */
  restore(item: Item): Item | undefined {
    return this.#byId.get(item.record.id)?.pop();
  }
}
