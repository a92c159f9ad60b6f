import { UsageError } from '../errors.ts';
import type { Item } from '../upload/item.ts';
import { runUpload } from '../upload/run.ts';
import { Comparison } from './comparison.ts';
import { deletePhase, noDeletes } from './deletes/delete-phase.ts';
import { lostInput, syncedInputs, tooManyChanges, wrongDataSet } from './guards.ts';
import { settleTasks } from './open-tasks.ts';
import { flagRemoteIds } from './remote-ids.ts';
import { blockedOf, resultOf, type SyncResult } from './result.ts';
import { SyncSelection } from './selection.ts';
import type { SyncDeps, SyncSettings } from './settings.ts';
import type { SyncedInput } from './state/state-header.ts';
import { userFlag } from './state/user-table.ts';
import { SyncSet } from './sync-set.ts';

/**
 * Makes Miso match the inputs: compares them with the state and with the ids at Miso, uploads what is new or changed, and
 * deletes who is gone if asked to. Throws what ends it before the input is read.
 */
export async function runSync(settings: SyncSettings, deps: SyncDeps): Promise<SyncResult> {
  const set = await SyncSet.open(settings, deps);
  try {
    await compareWithMiso(set, settings, deps);
    return await transfer(set, settings, deps);
  } finally {
    await set.close();
  }
}

/** Learns what Miso holds. Throws StoppedError if that cannot be what earlier syncs stored. */
async function compareWithMiso(set: SyncSet, settings: SyncSettings, deps: SyncDeps): Promise<void> {
  const { state, distrust, wasInterrupted } = set.opened;
  const { session, stop, clock, events } = deps;
  const { users } = session;
  if (distrust !== undefined) events.warning?.(`${distrust}: all records are sent, and no user is deleted.`);
  if (wasInterrupted) events.warning?.('Continuing after a sync that was interrupted.');
  else if (deps.resume) events.warning?.('Nothing to resume: the last sync of this set wrote its state.');
  await settleTasks(state, { users, stop, now: clock.now() });
  if (!settings.remote) return;
  await flagRemoteIds(state, { users, stop });
  const missing = set.stored - state.users.count(userFlag.stored | userFlag.remote);
  const wrong = settings.full
    ? undefined
    : wrongDataSet({ missing, stored: set.stored }, settings.upload.server);
  if (wrong) throw wrong;
}

/** Sends what is to be sent, deletes who is to be deleted, and writes the state. */
async function transfer(set: SyncSet, settings: SyncSettings, deps: SyncDeps): Promise<SyncResult> {
  const { state, distrust } = set.opened;
  const { dryRun, full, remote, shaping } = settings;
  const comparison = new Comparison(state, { full: full || distrust !== undefined, remote });
  const guard = changeGuard(comparison, set, settings);
  let inputs: readonly SyncedInput[] = [];
  const selection = new SyncSelection({
    ...{ state, comparison, dryRun },
    check: guard?.check,
    onInputs: (detected) => {
      inputs = syncedInputs(detected);
    },
    onChosen: () => {},
  });
  if (!dryRun) await set.begin({ time: timeOf(deps), shaping });
  const beforeSend = async (items: readonly Item[]) => {
    await selection.sending(items);
    await set.touch(items.map(({ record }) => record.id));
  };
  const { session: _, ...offline } = deps;
  const upload = await runUpload(
    { ...settings.upload, wait: true, dryRun },
    dryRun ? { ...offline, selection } : { ...deps, selection, beforeSend },
  );
  const isComplete = upload.error === undefined;
  const deletes = isComplete ? await deletePhase({ set, comparison, inputs }, settings, deps) : noDeletes();
  const blocked = blockedOf(deletes, state.header, timeOf(deps));
  const nothingSent =
    upload.error instanceof UsageError || (guard !== undefined && guard.error === upload.error);
  if (!dryRun && (isComplete || !nothingSent)) {
    selection.keepOpenTasks(Math.floor(deps.clock.now() / 1000));
    const isLess = !full && lostInput(state.header.inputs, inputs) !== undefined;
    await set.write({
      ...{ time: timeOf(deps), shaping },
      ...(isComplete && !isLess ? { inputs } : {}),
      ...(blocked ? { blocked } : {}),
      ...(isComplete || distrust === undefined ? {} : { distrust }),
    });
  }
  return resultOf({ upload, comparison, deletes, blocked }, settings, deps);
}

function timeOf({ clock }: SyncDeps): string {
  return new Date(clock.now()).toISOString();
}

interface ChangeGuard {
  readonly check: () => void;
  /** What `check` threw. */
  error?: unknown;
}

/** Absent where records cannot be compared with earlier ones. */
function changeGuard(
  { counts }: Comparison,
  { opened, stored }: SyncSet,
  { maxChanges }: SyncSettings,
): ChangeGuard | undefined {
  if (opened.distrust !== undefined || opened.isReshaped || stored === 0) return undefined;
  const guard: ChangeGuard = {
    check: () => {
      const error = tooManyChanges({ changed: counts.changed, stored }, maxChanges);
      if (!error) return;
      guard.error = error;
      throw error;
    },
  };
  return guard;
}
