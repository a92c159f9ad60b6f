import { UsageError } from '../../errors.ts';
import type { SyncResult } from '../result.ts';
import type { SyncDeps, SyncSettings } from '../settings.ts';
import type { SyncState } from '../state/sync-state.ts';
import { userFlag } from '../state/user-table.ts';
import { identifyInput } from './plan-file.ts';
import type { Preview } from './preview.ts';

/** Marks the users of a plan. Throws UsageError if the set was synced since it was made. */
export async function markPlanned(
  { users, fingerprints, header }: SyncState,
  { serial, actions }: NonNullable<SyncSettings['only']>,
): Promise<void> {
  if (header.serial !== serial) {
    throw new UsageError('The set was synced since this plan was made; nothing was sent.', {
      hint: 'Make a new plan with `miso users sync --plan`.',
    });
  }
  for await (const { user_id } of actions)
    users.set(users.insert(fingerprints.ofId(user_id)), userFlag.planned);
}

/** Saves the plan of a dry run that no guard stopped. */
export async function savePlan(
  { summary, goneIds, blocked }: SyncResult,
  preview: Preview,
  { settings, deps, serial }: { settings: SyncSettings; deps: SyncDeps; serial: number },
): Promise<void> {
  const { plan } = preview;
  if (!plan) return;
  const { deletes, set, state, shaping, full, remote, maxChanges, upload } = settings;
  if (deletes && !blocked) for (const id of goneIds) plan.add({ action: 'delete', user_id: id });
  const { inputs } = await deps.resolveInputs();
  const { unchanged, gone, foreign, new: created, changed, unknown } = summary.sync!;
  await plan.finish({
    ...{ plan: 1, time: new Date(deps.clock.now()).toISOString() },
    ...{ server: upload.server, key: upload.key, set, state, serial, shaping, full, remote, maxChanges },
    inputs: await Promise.all(inputs.map(({ absolute, path }) => identifyInput(absolute ?? path))),
    ...(deletes ? { deletes: { maxDeletes: deletes.maxDeletes, afterMs: deletes.afterMs } } : {}),
    counts: { new: created, changed, unchanged, unknown, gone, foreign },
  });
}
