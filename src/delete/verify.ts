import { UsersEndpoints } from '../api/users.ts';
import { failureOf, readUser } from '../read/run.ts';
import type { DeleteDeps, IdEnd } from './settings.ts';

/** Miso deletes in its own time: a user who is still there is looked for again, for so many milliseconds. */
const limitMs = 60_000;
const firstWaitMs = 250;
const longestWaitMs = 5000;

/** Looks for deleted users until they are gone. */
export async function verified(ends: readonly IdEnd[], deps: DeleteDeps): Promise<IdEnd[]> {
  // The few ids that no address can carry are looked for among all ids.
  const unaskable = ends.some(({ id, outcome }) => outcome === 'deleted' && !UsersEndpoints.isReadable(id));
  const listed = unaskable ? await allIds(deps) : undefined;
  return await Promise.all(
    ends.map((end) => (end.outcome === 'deleted' ? verifiedOne(end, deps, listed) : end)),
  );
}

async function verifiedOne(
  end: IdEnd,
  deps: DeleteDeps,
  listed: ReadonlySet<string> | undefined,
): Promise<IdEnd> {
  if (!UsersEndpoints.isReadable(end.id)) {
    return listed?.has(end.id) ? { ...end, outcome: 'still-there', reason: 'still among all ids' } : end;
  }
  const giveUpAt = deps.clock.now() + limitMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const found = await readUser(end.id, deps);
    if (found.kind === 'missing') return end;
    if (deps.clock.now() + waitMs > giveUpAt) {
      return { ...end, outcome: 'still-there', reason: `still there after ${limitMs / 1000} s` };
    }
    await deps.clock.sleep(waitMs, deps.stop.soft);
  }
}

async function allIds({ users, stop }: DeleteDeps): Promise<ReadonlySet<string>> {
  const outcome = await users.ids({ stop });
  if (outcome.kind === 'not-found') return new Set();
  const list = outcome.kind === 'success' ? (outcome.data as { ids?: unknown } | null)?.ids : undefined;
  if (!Array.isArray(list)) throw failureOf(outcome, 'asking for all ids');
  return new Set(list.map(String));
}
