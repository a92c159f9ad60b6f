import { requireIds } from '../api/users.ts';
import { lookUpUsers, type UserLookup } from '../read/read-users.ts';
import type { DeleteDeps } from './settings.ts';

/** Reads that may wait for their turn; the session limits the requests in flight. */
const maxPending = 32;

/** Reads users, in the order of the ids. */
export function lookUp(
  ids: readonly string[],
  deps: Pick<DeleteDeps, 'users' | 'stop'>,
): AsyncGenerator<UserLookup> {
  return lookUpUsers([ids], { ...deps, concurrency: () => maxPending });
}

/**
 * Which of these users exist. A user that cannot be read by its id, because no path can carry the id or a gateway refuses
 * it, is looked for among all ids.
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
  const wanted = new Set(unreadable);
  let listed: string[] = [];
  const collect = () => {
    listed = [];
    return (ids: readonly string[]) => void listed.push(...ids.filter((id) => wanted.has(id)));
  };
  requireIds(await deps.users.eachId(collect, { stop: deps.stop }));
  for (const id of listed) found.add(id);
  return found;
}
