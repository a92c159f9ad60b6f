import type { Item } from '../upload/item.ts';
import type { CreateSender } from '../upload/sending/sender.ts';
import { withRefusedApart } from './merged-user.ts';
import { applyPatch, noUser } from './user-patches.ts';
import type { UserSource } from './user-source.ts';
import { parseUser, userJson } from './user-text.ts';

interface MergeParts {
  readonly createSource: (stop: Parameters<CreateSender>[0]['stop']) => UserSource;
  /** Paths that are removed unless a record gives a value for them. */
  readonly clear: readonly string[];
  /** Takes merged records, in the order of the input. */
  readonly print: (records: readonly string[]) => Promise<void>;
  /** Called for each merged record. `refused`: the paths that upload would refuse. */
  readonly onMerged: (record: { readonly isMissing: boolean; readonly refused: readonly string[] }) => void;
}

/** Merges the records of each batch with the users that exist, and prints them. Batches must not overlap. */
export function createMergeSender({ createSource, clear, print, onMerged }: MergeParts): CreateSender {
  return ({ stop, outcomes }) => {
    const source = createSource(stop);
    return async (batch) => {
      const items = [...batch.superseded, ...batch.items].sort((a, b) => a.position - b.position);
      const ids = [...new Set(items.map(({ record }) => record.id))];
      const bases = new Map(await Promise.all(ids.map(async (id) => [id, await source.baseOf(id)] as const)));
      const merged: Item[] = [];
      const lines: string[] = [];
      for (const item of items) {
        const { id } = item.record;
        const base = bases.get(id)!;
        if ('reason' in base) {
          outcomes.rejected(item, [base.reason]);
          continue;
        }
        const { user } = applyPatch(base.json === undefined ? noUser : parseUser(base.json), item, clear);
        const json = userJson(user);
        bases.set(id, { json });
        // Miso does not have the printed record, but later records must build on it.
        source.remember(id, json, { isSent: true });
        const { json: line, refused } = withRefusedApart(user);
        onMerged({ isMissing: base.json === undefined, refused });
        lines.push(line);
        merged.push(item);
      }
      await print(lines);
      for (const item of merged) outcomes.stored(item);
      batch.text?.release();
    };
  };
}
