import { setMaxListeners } from 'node:events';
import { Backup } from './backup.ts';
import { deleteGroup } from './group.ts';
import { Receipt, type ReceiptEntry } from './receipt.ts';
import type { DeleteDeps, DeleteResult, DeleteSettings } from './settings.ts';

/**
 * Deletes users in groups, each in this order: read and save, write the intent to the receipt, delete the
 * interactions, delete, verify, write the result to the receipt. Therefore, whenever it stops, every deleted
 * user is in the backup and in the receipt. Throws UsageError before anything is sent; later AccessError,
 * UnavailableError, ProtocolError, OutputError or the reason of a stop. Results until then were passed to
 * `deps.onResult`.
 */
export async function deleteUsers(settings: DeleteSettings, deps: DeleteDeps): Promise<void> {
  const { server, resume } = settings;
  const failed = new AbortController();
  // When one call of a group fails permanently, its other calls stop.
  const soft = AbortSignal.any([deps.stop.soft, failed.signal]);
  setMaxListeners(0, soft);
  const stoppable = { ...deps, stop: { ...deps.stop, soft } };
  const receipt =
    settings.receipt === undefined
      ? undefined
      : await Receipt.open(settings.receipt, { server, clock: deps.clock, resume });
  let backup: Backup | undefined;
  try {
    const { refusedKeys } = deps;
    if (settings.backup !== undefined) backup = await Backup.open(settings.backup, { resume, refusedKeys });
    for (const group of groupsOf(remainingIds(settings, receipt, deps), settings.idsPerRequest)) {
      soft.throwIfAborted();
      await deleteGroup(group, settings, { ...stoppable, backup, receipt });
    }
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await backup?.close();
    await receipt?.close();
  }
}

/** The ids that the resumed run did not finish; passes the results of the others on. */
function* remainingIds(
  settings: DeleteSettings,
  receipt: Receipt | undefined,
  { onResult }: DeleteDeps,
): Generator<string> {
  for (const id of settings.ids) {
    const previous = receipt?.previous.get(id);
    if (previous && isFinished(previous, settings)) onResult?.(resultOfEntry(previous));
    else yield id;
  }
}

function isFinished(entry: ReceiptEntry, { verify, withInteractions }: DeleteSettings): boolean {
  if (withInteractions && !entry.interactions) return false;
  return entry.outcome === 'deleted' && (entry.verified || !verify);
}

function resultOfEntry({
  user_id: id,
  time,
  task_id,
  existed,
  verified,
  interactions,
}: ReceiptEntry): DeleteResult {
  const taskId = task_id === null ? {} : { taskId: task_id };
  return { id, outcome: 'deleted', existed, verified, interactions, time, ...taskId, resumed: true };
}

function* groupsOf(ids: Iterable<string>, size: number): Generator<readonly string[]> {
  let group: string[] = [];
  for (const id of ids) {
    group.push(id);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
