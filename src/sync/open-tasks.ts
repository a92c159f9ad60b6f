import type { StopSignals } from '../api/call.ts';
import { callError } from '../api/retry/call-error.ts';
import type { UsersEndpoints } from '../api/users.ts';
import { equalFingerprints, fromHex } from './fingerprint/fingerprint.ts';
import type { OpenTask } from './state/state-header.ts';
import type { SyncState } from './state/sync-state.ts';

/** A task whose status is unknown for this many seconds is dropped: Miso no longer has it. */
const maxAgeSeconds = 7 * 86_400;

/**
 * Polls the tasks that were open when the last run ended. Records of a task that finished are stored, unless
 * others of the same user were sent, also by other commands; those of a task that failed stay unknown.
 */
export async function settleTasks(
  state: SyncState,
  deps: { readonly users: UsersEndpoints; readonly stop: StopSignals; readonly now: number },
): Promise<void> {
  for (const task of state.tasks) {
    const result = await deps.users.status(task.id, { stop: deps.stop });
    const isUnknown = result.kind === 'not-found' || result.kind === 'gave-up';
    if (isUnknown && deps.now / 1000 - task.since < maxAgeSeconds) continue;
    if (result.kind === 'unexpected') throw callError(result, `polling task ${task.id}`);
    state.removeTask(task);
    if (result.kind === 'success') settle(state, task);
  }
}

function settle(state: SyncState, { kind, ids, records }: OpenTask): void {
  for (const [index, text] of ids.entries()) {
    const id = fromHex(text);
    const unconfirmed = state.unconfirmed(id);
    if (kind === 'delete') {
      if (unconfirmed.isDeleting && unconfirmed.records.length === 0) state.forget(id);
      continue;
    }
    const record = fromHex(records[index] ?? '');
    const [only] = unconfirmed.records;
    const { records: sent, isDeleting, isTouched } = unconfirmed;
    const isOnly = only && sent.length === 1 && !isDeleting && !isTouched;
    if (isOnly && equalFingerprints(only, record)) state.stored(id, record);
  }
}
