import { waitForTask } from '../../api/tasks.ts';
import type { JsonObject } from '../../contract/json.ts';
import { deleteUsers } from '../../delete/run.ts';
import type { DeleteResult } from '../../delete/settings.ts';
import { toHex } from '../fingerprint/fingerprint.ts';
import { isReturned } from '../returned-record.ts';
import type { DeleteOptions, SyncDeps } from '../settings.ts';
import type { SyncState } from '../state/sync-state.ts';
import type { SyncSet } from '../sync-set.ts';

/** Users in one call: each is read shortly before it is deleted. */
const usersPerCall = 200;
/** The longest wait for one task. */
const taskTimeoutMs = 600_000;

/** Results for the users that are gone. */
export interface DeleteCounts {
  deleted: number;
  /** Kept, because Miso holds another record than this set has sent. */
  changedElsewhere: number;
  failed: number;
}

interface Gone {
  readonly ids: readonly string[];
  readonly options: DeleteOptions;
  readonly server: string;
  readonly retries: number;
}

/**
 * Deletes users, except those whose record was changed by others, and removes from the state those whose
 * delete Miso has confirmed. The counts are right also when it throws.
 */
export async function deleteGone(
  { ids, options, server, retries }: Gone,
  { set, counts, deps }: { readonly set: SyncSet; readonly counts: DeleteCounts; readonly deps: SyncDeps },
): Promise<void> {
  const { state } = set.opened;
  const { fingerprints } = state;
  const { session, clock, stop } = deps;
  const tasks = new Map<string, string[]>();
  const confirm = (id: string) => {
    state.forget(fingerprints.ofId(id));
    counts.deleted++;
  };
  const onResult = ({ id, outcome, taskId, verified }: DeleteResult) => {
    if (outcome === 'kept') counts.changedElsewhere++;
    else if (outcome === 'failed' || outcome === 'still-there') counts.failed++;
    else if (outcome === 'not-found') state.forget(fingerprints.ofId(id));
    else if (verified || taskId === undefined) confirm(id);
    else tasks.set(taskId, [...(tasks.get(taskId) ?? []), id]);
  };
  try {
    await deleteUsers(
      { ids, idsPerRequest: usersPerCall, retries, resume: false, server, ...options },
      {
        ...{ users: session.users, requests: session.counts, clock, stop, onResult },
        keep: (id, record) => (isOwnRecord(id, record, state) ? undefined : 'changed elsewhere'),
        beforeDelete: async (some) => {
          await state.deleting(some.map((id) => fingerprints.ofId(id)));
          await set.touch(some);
        },
      },
    );
  } finally {
    for (const [taskId, some] of tasks) {
      const deadline = { users: session.users, clock, stop, limitMs: taskTimeoutMs };
      const end = await waitForTask(taskId, deadline).catch(() => ({ kind: 'open' }) as const);
      if (end.kind === 'finished') some.forEach(confirm);
      else counts.failed += some.length;
      if (end.kind !== 'open') continue;
      const since = Math.floor(clock.now() / 1000);
      const users = some.map((id) => toHex(fingerprints.ofId(id)));
      state.addTask({ id: taskId, kind: 'delete', since, ids: users, records: [] });
    }
  }
}

/** Whether this set has sent the record that Miso holds. */
function isOwnRecord(id: string, record: JsonObject, state: SyncState): boolean {
  const slot = state.users.find(state.fingerprints.ofId(id));
  if (slot === undefined) return false;
  return isReturned(record, state.fingerprints, (print) => state.mayHaveSent(slot, print));
}
