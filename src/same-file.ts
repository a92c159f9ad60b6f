import { stat } from 'node:fs/promises';
import { UsageError } from './errors.ts';

/** A file of a command, and what it is to it: `--report`, `the input`. */
export interface NamedFile {
  readonly role: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * What a file is known by: its absolute path and, where it exists, its place on the disk, which no second name hides.
 * Nothing for devices and pipes, which many may share.
 */
export async function identitiesOf(path: string): Promise<readonly string[]> {
  if (await isStream(path)) return [];
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  return there ? [path, `${there.dev}:${there.ino}`] : [path];
}

/** Devices and pipes; under /dev also what a shell put in the place of one, such as the file behind /dev/stdout. */
export async function isStream(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && (!there.isFile() || /^\/(dev|proc)\//.test(path));
}

/** Throws UsageError when two of these are one file. */
export async function requireApart(files: readonly NamedFile[]): Promise<void> {
  const roles = new Map<string, string>();
  for (const { role, path } of files) {
    const known = await identitiesOf(path);
    const other = known.map((identity) => roles.get(identity)).find((found) => found !== undefined);
    if (other !== undefined) {
      throw new UsageError(`${role} names ${path}, which is also ${other}.`, { hint: 'Name another file.' });
    }
    for (const identity of known) roles.set(identity, role);
  }
}
