import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { isDevice } from '../../files/same-file.ts';
import { hashOfStart, startsWith } from '../journal/identity.ts';

/** Max rejects files of earlier runs that are kept. */
const maxOlderFiles = 9;

export interface MoveAsideOptions {
  /** Whether no run, including this one, uses a file. */
  readonly mayDelete: (path: string) => Promise<boolean>;
  readonly warn: (text: string) => void;
}

interface OlderFile {
  readonly path: string;
  readonly mtimeMs: number;
  readonly size: number;
}

/**
 * Frees the name of a rejects file. An existing file is renamed, from `users.rejected.csv` to
 * `users.rejected.1.csv` or the next free number, unless it is empty or a copy of a file that is kept. A
 * nightly job with the same bad records therefore leaves two files, not one per night. Beyond
 * `maxOlderFiles`, the oldest file is deleted, with a warning then and one the time before. A folder, device
 * or pipe is left in place.
 */
export async function moveAside(path: string, { mayDelete, warn }: MoveAsideOptions): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats || stats.isDirectory() || (await isDevice(path))) return;
  if (!stats.isFile()) return await rename(path, await freeName(path));
  const older = await olderFiles(path);
  if (stats.size === 0 || (await hasCopy({ path, size: stats.size }, older))) return await rm(path);
  if (older.length >= maxOlderFiles) await deleteOldest(older, { mayDelete, warn });
  await rename(path, await freeName(path));
  const kept = await olderFiles(path);
  if (kept.length >= maxOlderFiles) {
    warn(
      `There are ${kept.length} older rejects files. The next one will replace ${kept[0]!.path}: delete or move the ones you no longer need.`,
    );
  }
}

async function freeName(path: string): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = numbered(path, n);
    if (!(await lstat(candidate).catch(() => undefined))) return candidate;
  }
}

/** `users.rejected.csv` → `users.rejected.1.csv` */
function numbered(path: string, n: number): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}.${n}${ext}`);
}

/** The oldest first. */
async function olderFiles(path: string): Promise<OlderFile[]> {
  const { dir, name, ext } = parse(path);
  const names = await readdir(dir).catch(() => []);
  const found: OlderFile[] = [];
  for (const other of names) {
    const isNumbered = other.startsWith(`${name}.`) && other.endsWith(ext);
    if (!isNumbered || !/^[1-9]\d*$/.test(other.slice(name.length + 1, other.length - ext.length))) continue;
    const stats = await lstat(join(dir, other)).catch(() => undefined);
    if (stats?.isFile()) found.push({ path: join(dir, other), mtimeMs: stats.mtimeMs, size: stats.size });
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs);
}

async function hasCopy(
  { path, size }: Omit<OlderFile, 'mtimeMs'>,
  others: readonly OlderFile[],
): Promise<boolean> {
  const sameSize = others.filter((other) => other.size === size);
  if (sameSize.length === 0) return false;
  const mark = { bytes: size, sha256: (await hashOfStart(path, size)).digest('hex') };
  for (const other of sameSize) if (await startsWith(other.path, mark)) return true;
  return false;
}

async function deleteOldest(
  older: readonly OlderFile[],
  { mayDelete, warn }: MoveAsideOptions,
): Promise<void> {
  for (const { path } of older) {
    if (!(await mayDelete(path))) continue;
    await rm(path);
    warn(`Deleted the oldest rejects file, ${path}, because ${maxOlderFiles} newer ones are kept.`);
    return;
  }
}
