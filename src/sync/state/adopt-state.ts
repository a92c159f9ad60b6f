import { UsageError } from '../../errors.ts';
import { exists } from '../../files/same-file.ts';
import { moveDurably } from '../../files/write.ts';
import type { KnownState, KnownStates } from './known-states.ts';
import { logPathOf } from './sync-state.ts';
import { moveTouched } from './touched-users.ts';

/**
 * After the API key was replaced: moves the state that the set has under another key to `path`. Throws
 * UsageError.
 */
export async function moveStateOfOtherKey(
  states: KnownStates | undefined,
  path: string,
  { set, server, key }: Pick<KnownState, 'set' | 'server' | 'key'>,
): Promise<void> {
  if (await exists(path)) return;
  const all = (await states?.list()) ?? [];
  const [latest] = all
    .filter((state) => state.set === set && state.server === server && state.key !== key)
    .sort((a, b) => (a.time < b.time ? 1 : -1));
  if (!states || !latest || !(await exists(latest.path))) {
    throw new UsageError(`There is no state of the set ${set} for another key of ${server}.`, {
      hint: '`miso users sync status` shows the sets that were synced on this machine.',
    });
  }
  // The state comes last: until then, a run that is repeated finds it and moves what is left.
  await moveTouched(states, latest.path, path);
  await moveDurably(logPathOf(latest.path), logPathOf(path)).catch(ignoreMissing);
  await moveDurably(latest.path, path);
  await states.put({ ...latest, path, key });
  await states.remove(latest.path);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
