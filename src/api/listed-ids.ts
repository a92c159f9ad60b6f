import type { Outcome } from './retry/caller.ts';
import { failureOf } from './retry/failure-of.ts';

/** The ids that an answer to `ids` lists; none while there is no data set. Throws what `failureOf` makes of other answers. */
export function listedIds(outcome: Outcome): string[] {
  if (outcome.kind === 'not-found') return [];
  const list = outcome.kind === 'success' ? (outcome.data as { ids?: unknown } | null)?.ids : undefined;
  if (!Array.isArray(list)) throw failureOf(outcome, 'asking for all ids');
  return list.map(String);
}
