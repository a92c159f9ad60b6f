import type { StopSignals } from '../api/call.ts';
import { requireIds, type UsersEndpoints } from '../api/users.ts';
import type { SyncState } from './state/sync-state.ts';
import { type Slot, userFlag } from './state/user-table.ts';

export interface ListDeps {
  readonly users: UsersEndpoints;
  readonly stop: StopSignals;
}

/** Flags the users that Miso lists. */
export async function flagRemoteIds(state: SyncState, deps: ListDeps): Promise<void> {
  const { users, fingerprints } = state;
  await eachListed(deps, () => {
    users.clearAll(userFlag.remote);
    return (ids) => {
      for (const id of ids) users.set(users.insert(fingerprints.ofId(id)), userFlag.remote);
    };
  });
}

/**
 * Users that earlier syncs stored, and those of them that Miso does not list. A killed run may have deleted
 * some.
 */
export function missingUsers(state: SyncState): { readonly stored: number; readonly missing: number } {
  const { users } = state;
  const { stored, remote, unsure } = userFlag;
  let deleting = 0;
  let deleted = 0;
  for (const slot of users.slots(stored | unsure)) {
    if (!state.unconfirmed(users.id(slot)).isDeleting) continue;
    deleting++;
    if (!users.has(slot, remote)) deleted++;
  }
  return { stored: users.count(stored) - deleting, missing: users.count(stored, remote) - deleted };
}

/** The ids at Miso of the users in these slots, while updating the flags of all users. */
export async function listedOf(
  state: SyncState,
  deps: ListDeps,
  isWanted: (slot: Slot) => boolean,
): Promise<string[]> {
  const { users, fingerprints } = state;
  let found: string[] = [];
  await eachListed(deps, () => {
    users.clearAll(userFlag.remote);
    found = [];
    return (ids) => {
      for (const id of ids) {
        const slot = users.insert(fingerprints.ofId(id));
        users.set(slot, userFlag.remote);
        if (isWanted(slot)) found.push(id);
      }
    };
  });
  return found;
}

async function eachListed(
  { users, stop }: ListDeps,
  collect: () => (ids: readonly string[]) => void,
): Promise<void> {
  // An incomplete reply is repeated from the start: `collect` is called again.
  const exists = requireIds(await users.eachId(collect, { stop }));
  if (!exists) collect();
}
