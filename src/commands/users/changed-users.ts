import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Resolved } from '../../config/resolve.ts';

/** The folder of all that syncs on this machine remember. */
export function syncsFolder({ settings }: Resolved): string | undefined {
  return settings.stateDir === undefined ? undefined : join(settings.stateDir, 'syncs');
}

/**
 * Runs a command that changes users. `note` resolves once it is on disk that users are about to change, so that the next
 * sync on this machine does not take them for unchanged.
 */
export async function notingChanges<T>(
  resolved: Resolved,
  body: (note: (ids: readonly string[]) => Promise<void>) => Promise<T>,
): Promise<T> {
  const { server, apiKey, dryRun } = resolved.settings;
  const folder = syncsFolder(resolved);
  // Most machines have never run a sync: nothing of it is loaded there.
  if (folder === undefined || dryRun || !(await exists(folder))) return await body(async () => {});
  const { TouchedUsers } = await import('../../sync/state/touched-users.ts');
  const { keyFingerprint } = await import('../../upload/journal/journal-format.ts');
  const touched = await TouchedUsers.open(folder, { server, key: keyFingerprint(apiKey?.reveal() ?? '') });
  try {
    return await body((ids) => touched.add(ids));
  } finally {
    await touched.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
