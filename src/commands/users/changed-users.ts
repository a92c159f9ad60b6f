import { join } from 'node:path';
import type { Resolved } from '../../config/resolve.ts';
import { keyFingerprint } from '../../digest.ts';
import { exists } from '../../files/same-file.ts';

/** The folder with the state of all syncs on this machine. */
export function syncsFolder({ settings }: Resolved): string | undefined {
  return settings.stateDir === undefined ? undefined : join(settings.stateDir, 'syncs');
}

/**
 * Runs a command that changes users. `note` records which users are about to change and resolves once this is
 * on disk, so that the next sync on this machine does not treat them as unchanged.
 */
export async function notingChanges<T>(
  resolved: Resolved,
  body: (note: (ids: readonly string[]) => Promise<void>) => Promise<T>,
): Promise<T> {
  const { server, apiKey, dryRun } = resolved.settings;
  const folder = syncsFolder(resolved);
  // Loads nothing on machines that have never run a sync.
  if (folder === undefined || dryRun || !(await exists(folder))) return await body(async () => {});
  const { TouchedUsers } = await import('../../sync/state/touched-users.ts');
  const touched = await TouchedUsers.open(folder, { server, key: keyFingerprint(apiKey?.reveal() ?? '') });
  try {
    return await body((ids) => touched.add(ids));
  } finally {
    await touched.close();
  }
}
