import { stat } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/** A file that a command uses, and its role there: `--report`, `an input`. */
export interface NamedFile {
  readonly role: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * Keys by which to tell whether two paths are one file: the absolute path and, for a file that exists, its
 * device and inode. Empty for devices and pipes, which may be used in several roles.
 */
export async function identitiesOf(path: string): Promise<readonly string[]> {
  if (await isDevice(path)) return [];
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats ? [path, `${stats.dev}:${stats.ino}`] : [path];
}

/** Whether there is something at a path, links followed. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** A device or pipe, or a path under /dev or /proc, where a redirected /dev/stdout is a regular file. */
export async function isDevice(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && (isDevicePath(path) || !(stats.isFile() || stats.isDirectory()));
}

function isDevicePath(path: string): boolean {
  return /^\/(dev|proc)\//.test(path);
}

/** Throws UsageError when two of these are one file. */
export async function requireDistinct(files: readonly NamedFile[]): Promise<void> {
  const roles = new Map<string, string>();
  for (const { role, path } of files) {
    const identities = await identitiesOf(path);
    const other = identities.map((identity) => roles.get(identity)).find((found) => found !== undefined);
    if (other !== undefined) {
      throw new UsageError(`${role} names ${path}, which is also ${other}.`, { hint: 'Name another file.' });
    }
    for (const identity of identities) roles.set(identity, role);
  }
}
