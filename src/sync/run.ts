import { type StoppedError, UsageError } from '../errors.ts';
import type { Item } from '../upload/item.ts';
import { runUpload } from '../upload/run.ts';
import { Adoption } from './adopt.ts';
import { Comparison } from './comparison.ts';
import { deletePhase, noDeletes } from './deletes/delete-phase.ts';
import { lostInput, syncedInputs, tooManyChanges, wrongDataSet } from './guards.ts';
import { settleTasks } from './open-tasks.ts';
import { markPlanned, savePlan } from './plan/finish-preview.ts';
import { Preview } from './plan/preview.ts';
import { flagRemoteIds, missingUsers } from './remote-ids.ts';
import { blockedOf, resultOf, type SyncResult, withError } from './result.ts';
import { SyncSelection } from './selection.ts';
import type { SyncDeps, SyncSettings } from './settings.ts';
import type { SyncedInput } from './state/state-header.ts';
import { SyncSet } from './sync-set.ts';

/**
 * Makes Miso match the inputs: compares them with the state and with the ids at Miso, uploads what is new or
 * changed, and deletes users that are gone if requested. Throws errors that occur before the input is read.
 */
export async function runSync(settings: SyncSettings, deps: SyncDeps): Promise<SyncResult> {
  const set = await SyncSet.open(settings, deps);
  try {
    if (settings.adopt) return await adopt(set, settings, deps);
    if (settings.only) await markPlanned(set.opened.state, settings.only);
    await compareWithMiso(set, settings, deps);
    return await transfer(set, settings, deps);
  } finally {
    await set.close();
  }
}

/** Lists the ids at Miso. Throws StoppedError if most users that earlier syncs stored are missing. */
async function compareWithMiso(set: SyncSet, settings: SyncSettings, deps: SyncDeps): Promise<void> {
  const { state, distrust, wasInterrupted } = set.opened;
  const { session, stop, clock, events } = deps;
  const { users } = session;
  if (distrust !== undefined) events.warning?.(`${distrust}: all records are sent, and no user is deleted.`);
  if (wasInterrupted) events.warning?.('Continuing an interrupted sync.');
  else if (deps.resume) events.warning?.('Nothing to resume: the last sync of this set was not interrupted.');
  await settleTasks(state, { users, stop, now: clock.now() });
  if (!settings.remote) return;
  await flagRemoteIds(state, { users, stop });
  const wrong = settings.full ? undefined : wrongDataSet(missingUsers(state), settings.upload.server);
  if (wrong) throw wrong;
}

/** Sends new and changed records, deletes users that are gone if requested, and writes the state. */
async function transfer(set: SyncSet, settings: SyncSettings, deps: SyncDeps): Promise<SyncResult> {
  const { state, distrust } = set.opened;
  const { dryRun, full, remote, shaping } = settings;
  const comparison = new Comparison(state, {
    full: full || distrust !== undefined,
    remote,
    onlyPlanned: settings.only !== undefined,
  });
  const preview = new Preview(state, settings.plan);
  const guard = changeGuard(comparison, set, settings);
  let inputs: readonly SyncedInput[] = [];
  const selection = new SyncSelection({
    ...{ state, comparison, dryRun, now: deps.clock.now },
    // A dry run shows everything, and then what would stop it.
    check: dryRun ? undefined : guard?.check,
    onInputs: (detected) => {
      inputs = syncedInputs(detected);
    },
    onChosen: (kind, item) => dryRun && preview.add(kind, item),
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
    selection.keepOpenTasks();
    const isLess = !full && lostInput(state.header.inputs, inputs) !== undefined;
    await set.write({
      ...{ time: timeOf(deps), shaping },
      ...(isComplete && !isLess ? { inputs } : {}),
      ...(blocked ? { blocked } : {}),
      ...(isComplete || distrust === undefined ? {} : { distrust }),
    });
  }
  const result = resultOf({ upload, comparison, deletes, blocked }, settings, deps);
  if (!dryRun || result.error !== undefined) return result;
  const tooMany = guard?.find();
  if (tooMany) return withError(result, tooMany);
  await savePlan(result, preview, { settings, deps, serial: state.header.serial });
  const plan = settings.plan === undefined ? {} : { plan: settings.plan };
  return { ...result, summary: { ...result.summary, ...plan }, preview: preview.users };
}

/** Adds users to the state whose record at Miso equals that of the input. */
async function adopt(set: SyncSet, settings: SyncSettings, deps: SyncDeps): Promise<SyncResult> {
  const { state } = set.opened;
  const { shaping } = settings;
  await flagRemoteIds(state, { users: deps.session.users, stop: deps.stop });
  const comparison = new Comparison(state, { full: false, remote: true, onlyPlanned: false });
  let inputs: readonly SyncedInput[] = [];
  const selection = new Adoption({
    ...{ state, comparison, deps },
    onInputs: (detected) => {
      inputs = syncedInputs(detected);
    },
  });
  await set.begin({ time: timeOf(deps), shaping });
  const { session: _, ...offline } = deps;
  const upload = await runUpload(settings.upload, { ...offline, selection });
  await set.write({ time: timeOf(deps), shaping, ...(upload.error === undefined ? { inputs } : {}) });
  const result = resultOf(
    { upload, comparison, deletes: noDeletes(), blocked: state.header.blocked },
    settings,
    deps,
  );
  const requests = { ...deps.session.counts };
  return { ...result, summary: { ...result.summary, requests, adopted: selection.counts } };
}

function timeOf({ clock }: SyncDeps): string {
  return new Date(clock.now()).toISOString();
}

interface ChangeGuard {
  readonly find: () => StoppedError | undefined;
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
  const find = () => tooManyChanges({ changed: counts.changed, stored }, maxChanges);
  const guard: ChangeGuard = {
    find,
    check: () => {
      const error = find();
      if (!error) return;
      guard.error = error;
      throw error;
    },
  };
  return guard;
}
