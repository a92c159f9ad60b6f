import { setMaxListeners } from 'node:events';
import { Backup } from './backup.ts';
import { deleteGroup } from './group.ts';
import { Receipt } from './receipt.ts';
import type { DeleteDeps, DeleteSettings } from './settings.ts';

/**
 * Deletes users, some at a time, each group in this order: saved, their interactions deleted, deleted, read back, written
 * to the receipt. So at any stop whatever was deleted is in the backup, and whatever Miso accepted is in the receipt.
 * Throws UsageError before anything is sent, and AccessError, UnavailableError, ProtocolError, OutputError or the reason
 * of a stop on the way: what came to its end by then was told to `deps.ended`.
 */
export async function deleteUsers(settings: DeleteSettings, deps: DeleteDeps): Promise<void> {
  const { server } = settings;
  const failed = new AbortController();
  // When one of several calls fails for good, the others of its group try no further.
  const soft = AbortSignal.any([deps.stop.soft, failed.signal]);
  setMaxListeners(0, soft);
  const stopping = { ...deps, stop: { ...deps.stop, soft } };
  const receipt =
    settings.receipt === undefined
      ? undefined
      : await Receipt.open(settings.receipt, { server, clock: deps.clock });
  let backup: Backup | undefined;
  try {
    backup = settings.backup === undefined ? undefined : await Backup.create(settings.backup, stopping);
    for (const group of groupsOf(settings.ids, settings.idsPerRequest)) {
      soft.throwIfAborted();
      await deleteGroup(group, settings, { ...stopping, backup, receipt });
    }
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await backup?.close();
    await receipt?.close();
  }
}

function* groupsOf(ids: readonly string[], size: number): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += size) yield ids.slice(from, from + size);
}
