import { existing } from './look-up.ts';
import type { DeleteDeps } from './settings.ts';

/** Miso deletes with a delay: users that still exist are read again for up to `limitMs` milliseconds. */
export const limitMs = 60_000;
const firstWaitMs = 250;
const maxWaitMs = 5000;

/** Reads deleted users until they are gone, and resolves with those that still exist at the time limit. */
export async function stillThere(ids: readonly string[], deps: DeleteDeps): Promise<ReadonlySet<string>> {
  const { clock, stop } = deps;
  const giveUpAt = clock.monotonic() + limitMs;
  let left: ReadonlySet<string> = new Set(ids);
  for (let waitMs = firstWaitMs; left.size > 0; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    left = await existing([...left], deps);
    if (left.size === 0 || clock.monotonic() + waitMs > giveUpAt) break;
    await clock.sleep(waitMs, stop.soft);
  }
  return left;
}
