import type { Batch } from '../upload/batching/batch.ts';
import type { Item } from '../upload/item.ts';
import { mergeUser, parseUser, type UserText } from './user-text.ts';

/** The records of one user in a batch, in the order of the input. */
export interface UserPatches {
  readonly id: string;
  readonly items: readonly Item[];
}

/** The records of a batch by user, in the order in which the batch sends them. */
export function patchesOf({ items, superseded }: Batch): UserPatches[] {
  const earlier = new Map<string, Item[]>();
  for (const item of superseded) {
    const list = earlier.get(item.record.id);
    if (list) list.push(item);
    else earlier.set(item.record.id, [item]);
  }
  return items.map((item) => {
    const { id } = item.record;
    return { id, items: [...(earlier.get(id) ?? []), item] };
  });
}

/** A user with one more record of the input. */
export interface Merged {
  readonly user: UserText;
  /** Only the record's own values. */
  readonly patch: UserText;
}

export function applyPatch(base: UserText, { record }: Item, clear: readonly string[]): Merged {
  const patch = parseUser(record.json);
  return { user: mergeUser(base, patch, clear), patch };
}

/** A user that does not exist. */
export const noUser: UserText = { fields: new Map(), attributes: undefined };
