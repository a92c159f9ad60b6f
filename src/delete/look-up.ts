import { listIds } from '../ids/list-ids.ts';
import { lookUpUsers, type UserLookup } from '../read/read-users.ts';
import type { DeleteDeps } from './settings.ts';

/** Max reads that may be waiting. The session limits the requests in flight. */
const maxPending = 32;

/** Reads users, in the order of the ids. */
export function lookUp(
  ids: readonly string[],
  deps: Pick<DeleteDeps, 'users' | 'stop'>,
): AsyncGenerator<UserLookup> {
  return lookUpUsers([ids], { ...deps, concurrency: () => maxPending });
}

/**
 * Returns which of these users exist. A user that cannot be read by its id, because the id cannot be part of
 * a path or a gateway refuses it, is searched for in the list of all ids.
 */
export async function existing(
  ids: readonly string[],
  deps: Pick<DeleteDeps, 'users' | 'stop'>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const unreadable: string[] = [];
  for await (const lookup of lookUp(ids, deps)) {
    if (lookup.kind === 'found') found.add(lookup.id);
    else if (lookup.kind !== 'missing') unreadable.push(lookup.id);
  }
  if (unreadable.length === 0) return found;
  const listed = await listIds(deps.users, { only: new Set(unreadable), stop: deps.stop });
  for (const entry of listed.ids.entries()) found.add(listed.ids.idOf(entry));
  return found;
}
