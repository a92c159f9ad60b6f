import type { Item } from '../batching/item.ts';

/** The records of a batch that a later one of the same id replaced, and what is to become of them. */
export class Replaced {
  readonly #byId = new Map<string, Item[]>();

  /** `items`: in the order of the input. */
  constructor(items: readonly Item[]) {
    for (const item of items) {
      const list = this.#byId.get(item.record.id);
      if (list) list.push(item);
      else this.#byId.set(item.record.id, [item]);
    }
  }

  /** Those that `item` replaced. */
  by(item: Item): readonly Item[] {
    return this.#byId.get(item.record.id) ?? [];
  }

  /** Takes back the one that stood before `item`, which is not to replace it after all. */
  revive(item: Item): Item | undefined {
    return this.#byId.get(item.record.id)?.pop();
  }
}
