import type { Blame } from '../api/blame.ts';
import type { Outcome } from '../api/caller.ts';
import { isolate, type Patience } from '../api/isolate.ts';
import { Backup } from './backup.ts';
import { Receipt } from './receipt.ts';
import type { DeleteDeps, DeleteSettings, IdEnd } from './settings.ts';
import { verified } from './verify.ts';

/** Tries of a call while its culprit is searched for. */
const quickRetries = 3;

/**
 * Deletes users, some at a time, each group in this order: saved, their interactions deleted, deleted, read back, written
 * to the receipt. So at any stop whatever was deleted is in the backup and, but for the group under way, in the receipt.
 * Throws UsageError before anything is sent, and AccessError, UnavailableError, ProtocolError, OutputError or the reason
 * of a stop on the way: what came to its end by then was told to `deps.ended`.
 */
export async function deleteUsers(settings: DeleteSettings, deps: DeleteDeps): Promise<void> {
  const backup = settings.backup === undefined ? undefined : await Backup.create(settings.backup, deps);
  const receipt =
    settings.receipt === undefined
      ? undefined
      : await Receipt.open(settings.receipt, { server: settings.server, clock: deps.clock });
  try {
    for (const group of groupsOf(settings.ids, settings.idsPerRequest)) {
      deps.stop.soft.throwIfAborted();
      const ends = await deleteGroup(group, settings, { ...deps, backup });
      await receipt?.write(ends);
      for (const end of ends) deps.ended?.(end);
    }
  } finally {
    await backup?.close();
    await receipt?.close();
  }
}

function* groupsOf(ids: readonly string[], size: number): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += size) yield ids.slice(from, from + size);
}

async function deleteGroup(
  ids: readonly string[],
  settings: DeleteSettings,
  deps: DeleteDeps & { readonly backup: Backup | undefined },
): Promise<IdEnd[]> {
  const unsaved = (await deps.backup?.save(ids)) ?? new Map<string, string>();
  const failed = new Map(unsaved);
  const left = () => ids.filter((id) => !failed.has(id));
  const { users, stop } = deps;
  const options = (patience: Patience) =>
    patience === 'full'
      ? { stop }
      : { stop, retries: patience === 'once' ? 0 : Math.min(settings.retries, quickRetries) };
  // Interactions first: while the user is there, a second run finds both again.
  if (settings.withInteractions) {
    await each(left(), failed, (some, patience) => users.deleteInteractions(some, options(patience)));
  }
  const tasks = await each(left(), failed, (some, patience) => users.delete(some, options(patience)));
  const ends = ids.map((id): IdEnd => {
    const reason = failed.get(id);
    if (reason !== undefined) return { id, outcome: 'failed', interactions: false, reason };
    const taskId = tasks.get(id);
    return {
      id,
      outcome: 'deleted',
      interactions: settings.withInteractions,
      ...(taskId === undefined ? {} : { taskId }),
    };
  });
  return settings.verify ? await verified(ends, deps) : ends;
}

/** Brings all ids through one kind of call; those that fail are noted in `failed`. Resolves with the task of each other. */
async function each(
  ids: readonly string[],
  failed: Map<string, string>,
  send: (ids: readonly string[], patience: Patience) => Promise<Outcome>,
): Promise<ReadonlyMap<string, string>> {
  const tasks = new Map<string, string>();
  if (ids.length === 0) return tasks;
  await isolate(ids, {
    send,
    tooLarge: () => {},
    rejected: (id, blames) => failed.set(id, blames.map(textOf).join('; ')),
    stored: (some, taskId) => {
      if (taskId !== undefined) for (const id of some) tasks.set(id, taskId);
    },
  });
  return tasks;
}

function textOf({ path, reason }: Blame): string {
  return path === '' ? reason : `${path}: ${reason}`;
}
