import { exceeds, limitText } from '../../contract/limit.ts';
import { formatCount, pluralize } from '../../text.ts';
import { type ListDeps, listedOf } from '../remote-ids.ts';
import type { DeleteOptions } from '../settings.ts';
import type { SyncState } from '../state/sync-state.ts';
import { type Slot, userFlag } from '../state/user-table.ts';
import { idsOfOtherSets, type OtherSets } from './other-sets.ts';

/**
 * A user that is missing from Miso's list of ids for this many seconds counts as deleted. The list can lag
 * behind.
 */
const maxListDelaySeconds = 86_400;

/** Users in the state that are no longer in the input. */
export function* goneUsers(state: SyncState): Generator<Slot> {
  const { users } = state;
  for (const slot of users.slots()) if (state.isOwn(slot) && !users.has(slot, userFlag.input)) yield slot;
}

/** Records when users were first gone, after the whole input was read. `now`: seconds since 1970. */
export function noteGone(state: SyncState, now: number): void {
  const { users } = state;
  for (const slot of users.slots()) {
    if (users.has(slot, userFlag.input)) users.setGoneSince(slot, 0);
    else if (state.isOwn(slot) && users.goneSince(slot) === 0) users.setGoneSince(slot, now);
  }
}

/** Removes users from the state that are gone and that Miso no longer lists. */
export function forgetUnlisted(state: SyncState, now: number): void {
  const { users } = state;
  for (const slot of goneUsers(state)) {
    if (users.has(slot, userFlag.remote)) continue;
    const id = users.id(slot);
    const isOld = users.goneSince(slot) > 0 && now - users.goneSince(slot) >= maxListDelaySeconds;
    if (isOld || state.unconfirmed(id).isDeleting) state.forget(id);
  }
}

/** Why no user is deleted, and what to do. */
export interface Blocker {
  readonly reason: string;
  readonly hint: string;
}

export interface Candidates {
  readonly ids: readonly string[];
  readonly blocked?: Blocker;
}

/** The users to delete. Those who are in another set now are removed from this one. */
export async function findCandidates(
  state: SyncState,
  options: Pick<DeleteOptions, 'afterMs' | 'maxDeletes'>,
  deps: ListDeps & { readonly sets: OtherSets; readonly now: number; readonly own: number },
): Promise<Candidates> {
  const { users, fingerprints } = state;
  const isDue = (slot: Slot) => deps.now - users.goneSince(slot) >= options.afterMs / 1000;
  const isCandidate = (slot: Slot) => state.isOwn(slot) && !users.has(slot, userFlag.input) && isDue(slot);
  const listed = await listedOf(state, deps, isCandidate);
  const elsewhere = await idsOfOtherSets(listed, deps.sets);
  for (const id of elsewhere) state.forget(fingerprints.ofId(id));
  const ids = listed.filter((id) => !elsewhere.has(id));
  const { maxDeletes } = options;
  if (!exceeds(maxDeletes, ids.length, deps.own)) return { ids };
  return {
    ids,
    blocked: {
      reason: `${formatCount(ids.length)} of ${pluralize(deps.own, 'user')} are gone: more than --max-deletes ${limitText(maxDeletes)} allows`,
      hint: `Check that the input is complete. To delete these users, use --max-deletes ${ids.length}.`,
    },
  };
}
