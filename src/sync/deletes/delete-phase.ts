import type { Comparison } from '../comparison.ts';
import { lostInput } from '../guards.ts';
import type { SyncDeps, SyncSettings } from '../settings.ts';
import type { SyncedInput } from '../state/state-header.ts';
import { userFlag } from '../state/user-table.ts';
import type { SyncSet } from '../sync-set.ts';
import { type Blocker, findCandidates, forgetUnlisted, goneUsers, noteGone } from './candidates.ts';
import { type DeleteCounts, deleteGone } from './delete-gone.ts';

/** The users that are gone, and the results of deleting them. */
export interface DeletePhase {
  gone: number;
  /** At Miso, and neither in the state nor in the input. */
  foreign: number;
  /** Those at Miso who are due. */
  ids: readonly string[];
  readonly counts: DeleteCounts;
  blocked?: Blocker & { readonly count: number };
  /** The whole input was sent, so that it is known who is gone. */
  isKnown: boolean;
  /** Deletes were requested and not blocked. */
  isResolved: boolean;
  /** Why the deletes ended early. */
  error?: unknown;
}

export function noDeletes(): DeletePhase {
  return {
    gone: 0,
    foreign: 0,
    ids: [],
    counts: { deleted: 0, changedElsewhere: 0, failed: 0 },
    isKnown: false,
    isResolved: false,
  };
}

export interface AfterUpload {
  readonly set: SyncSet;
  readonly comparison: Comparison;
  readonly inputs: readonly SyncedInput[];
}

/**
 * Finds the users who are gone, after the whole input was sent, and deletes them if requested and not
 * blocked.
 */
export async function deletePhase(
  after: AfterUpload,
  settings: SyncSettings,
  deps: SyncDeps,
): Promise<DeletePhase> {
  const phase = noDeletes();
  try {
    await run(phase, after, { settings, deps });
  } catch (error) {
    phase.error = error;
  }
  return phase;
}

async function run(
  phase: DeletePhase,
  after: AfterUpload,
  { settings, deps }: { readonly settings: SyncSettings; readonly deps: SyncDeps },
): Promise<void> {
  const { set } = after;
  const { state } = set.opened;
  const { deletes, upload } = settings;
  const { clock, session, stop, states } = deps;
  const now = Math.floor(clock.now() / 1000);
  noteGone(state, now);
  if (settings.remote) forgetUnlisted(state, now);
  phase.gone = countOf(goneUsers(state));
  phase.isKnown = true;
  const { stored, unsure, input, remote } = userFlag;
  phase.foreign = state.users.count(remote, stored | unsure | input);
  const blocker = blockerOf(after, settings);
  if (phase.gone > 0 && settings.remote) {
    const found = await findCandidates(state, deletes ?? { afterMs: 0, maxDeletes: { percent: 100 } }, {
      ...{ users: session.users, stop, now, own: set.own },
      sets: { folder: states, path: settings.state, server: upload.server, key: upload.key },
    });
    const isPlanned = (id: string) => {
      const slot = state.users.find(state.fingerprints.ofId(id));
      return slot !== undefined && state.users.has(slot, userFlag.planned);
    };
    phase.ids = settings.only ? found.ids.filter(isPlanned) : found.ids;
    phase.gone = countOf(goneUsers(state));
    if (deletes && !blocker && found.blocked) phase.blocked = { ...found.blocked, count: found.ids.length };
  }
  if (!deletes) return;
  if (blocker && (phase.ids.length > 0 || set.opened.distrust !== undefined))
    phase.blocked = { ...blocker, count: phase.ids.length };
  if (phase.blocked) return;
  phase.isResolved = true;
  if (phase.ids.length === 0 || settings.dryRun || !(await deps.confirmDeletes(phase.ids))) return;
  await deleteGone(
    { ids: phase.ids, options: deletes, server: upload.server, retries: upload.retries },
    { set, counts: phase.counts, deps },
  );
}

/** Blockers that do not depend on which users are gone. */
function blockerOf({ set, comparison, inputs }: AfterUpload, { full }: SyncSettings): Blocker | undefined {
  const { distrust, state } = set.opened;
  if (distrust !== undefined)
    return { reason: distrust, hint: 'The next sync can delete again: this one has written a new state.' };
  if (comparison.unreadable > 0) {
    const records = comparison.unreadable;
    return {
      reason: `the id of ${records === 1 ? 'a record' : `${records} records`} could not be read, so that user may be missing by mistake`,
      hint: 'Fix these records in the input, and sync again.',
    };
  }
  const lost = full ? undefined : lostInput(state.header.inputs, inputs);
  if (lost === undefined) return undefined;
  return { reason: lost, hint: 'If this is intended, sync once with --full, which accepts it.' };
}

function countOf(all: Iterable<unknown>): number {
  let count = 0;
  for (const _ of all) count++;
  return count;
}
