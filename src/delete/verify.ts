import { isReadableId, listedIds } from '../api/users.ts';
import { readUser } from '../read/read-users.ts';
import type { DeleteDeps, IdEnd } from './settings.ts';

/** Miso deletes in its own time: a user who is still there is looked for again, for so many milliseconds. */
const limitMs = 60_000;
const firstWaitMs = 250;
const longestWaitMs = 5000;

/** Looks for deleted users until they are gone. */
export async function verified(ends: readonly IdEnd[], deps: DeleteDeps): Promise<IdEnd[]> {
  const ids = ends.filter(({ outcome }) => outcome === 'deleted').map(({ id }) => id);
  // The few ids that no address can carry are looked for among all ids.
  const unaskable = ids.filter((id) => !isReadableId(id));
  const left = await Promise.all([
    ...ids
      .filter(isReadableId)
      .map((id) =>
        untilGone([id], async () => ((await readUser(id, deps)).kind === 'missing' ? [] : [id]), deps),
      ),
    untilGone(unaskable, (some) => among(some, deps), deps),
  ]);
  const there = new Set(left.flat());
  return ends.map((end) =>
    there.has(end.id)
      ? { ...end, outcome: 'still-there', reason: `still there after ${limitMs / 1000} s` }
      : end,
  );
}

/** Looks again and again, and resolves with the ids that are still there when the time is over. */
async function untilGone(
  ids: readonly string[],
  look: (ids: readonly string[]) => Promise<readonly string[]>,
  { clock, stop }: DeleteDeps,
): Promise<readonly string[]> {
  const giveUpAt = clock.monotonic() + limitMs;
  let left = ids;
  for (let waitMs = firstWaitMs; left.length > 0; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    left = await look(left);
    if (left.length === 0 || clock.monotonic() + waitMs > giveUpAt) break;
    await clock.sleep(waitMs, stop.soft);
  }
  return left;
}

async function among(ids: readonly string[], { users, stop }: DeleteDeps): Promise<readonly string[]> {
  const wanted = new Set(ids);
  const listed = new Set<string>();
  for (const some of listedIds(await users.ids({ stop })))
    for (const id of some) if (wanted.has(id)) listed.add(id);
  return ids.filter((id) => listed.has(id));
}
