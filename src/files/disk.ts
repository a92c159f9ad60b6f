import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** An open file: the part of Node's FileHandle that the program uses. */
export type OpenFile = Pick<
  FileHandle,
  'read' | 'write' | 'appendFile' | 'stat' | 'truncate' | 'chmod' | 'datasync' | 'sync' | 'close'
>;

/** The file system calls that durability depends on. Tests pass one that records their order, or fails. */
export interface Disk {
  /** `flags`: numbers, so that O_EXCL and O_NOFOLLOW can be combined with any mode of access. */
  open(path: string, flags: number, mode?: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Fails with EEXIST when `path` exists. */
  link(existing: string, path: string): Promise<void>;
  /** A missing file is not an error. */
  remove(path: string): Promise<void>;
}

export const systemDisk: Disk = {
  open,
  rename: platform() === 'win32' ? renameWhenFree : rename,
  link,
  remove: (path) => rm(path, { force: true }),
};

/** How Windows refuses to rename a file, or to replace one, that is open. */
const inUse: ReadonlySet<unknown> = new Set(['EPERM', 'EACCES', 'EBUSY']);

/**
 * Renames a file that another program, such as a virus scanner, may have open for a moment: tries for about a
 * second.
 */
export async function renameWhenFree(from: string, to: string, move = rename): Promise<void> {
  for (let pauseMs = 10; ; pauseMs *= 2) {
    try {
      return await move(from, to);
    } catch (error) {
      if (!inUse.has((error as NodeJS.ErrnoException).code) || pauseMs > 640) throw error;
    }
    await delay(pauseMs);
  }
}

/** Windows has no O_NOFOLLOW. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/** Access modes for `Disk.open`. None but `appendDevice` follows a symbolic link. */
export const openFlags = {
  /** Fails when the file exists. */
  create: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | noFollow,
  /** Writes at given positions. */
  createForUpdate: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow,
  /** Writes at given positions, into the file that exists or a new one. */
  update: constants.O_RDWR | constants.O_CREAT | noFollow,
  append: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | noFollow,
  /** Reads and writes a file that exists. */
  existing: constants.O_RDWR | noFollow,
  /** /dev/stderr is itself a symbolic link. */
  appendDevice: constants.O_WRONLY | constants.O_APPEND,
} as const;

/** Every file that the program creates may hold user records or a key. */
export const ownerOnly = 0o600;

/**
 * Makes the names in a folder durable: a new or renamed file survives a power failure only after this. Does
 * nothing where the system cannot sync a folder.
 */
export async function syncFolder(folder: string, disk: Disk = systemDisk): Promise<void> {
  const handle = await disk.open(folder, constants.O_RDONLY).catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}
