import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { MisoError, OutputError } from '../errors.ts';
import { type Disk, type OpenFile, openFlags, ownerOnly, syncFolder, systemDisk } from './disk.ts';
import { isDevice } from './same-file.ts';

/**
 * Creates a file that only its owner can read, and makes its name durable. Fails with EEXIST when it exists.
 */
export async function createFile(path: string, disk: Disk = systemDisk): Promise<OpenFile> {
  const handle = await disk.open(path, openFlags.create, ownerOnly);
  await syncFolder(dirname(path), disk);
  return handle;
}

/**
 * Opens a file to append to, or creates it. Only its owner can read it from then on. Fails with ELOOP on a
 * symbolic link: appending to the file behind it could change a file that the user did not name.
 */
export async function openToAppend(path: string, disk: Disk = systemDisk): Promise<OpenFile> {
  if (await isDevice(path)) return await disk.open(path, openFlags.appendDevice);
  const handle = await disk.open(path, openFlags.append, ownerOnly);
  try {
    // The mode given to `open` applies to a new file only. Some file systems have no modes.
    await handle.chmod(ownerOnly).catch(() => {});
    await syncFolder(dirname(path), disk);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}

/**
 * Cuts a file that is open for appending. Uses a handle of its own, because on Windows a handle that appends
 * cannot truncate.
 */
export async function cutFile(path: string, bytes: number, disk: Disk = systemDisk): Promise<void> {
  const handle = await disk.open(path, openFlags.update, ownerOnly);
  await handle.truncate(bytes).finally(() => handle.close());
}

/** Appends to a file, and resolves once the content is on disk. */
export async function appendDurably(handle: OpenFile, text: string | Uint8Array): Promise<void> {
  await handle.appendFile(text);
  await handle.datasync();
}

/** Writes all of `bytes` at `position`, or at the current position when it is null. */
export async function writeAt(handle: OpenFile, bytes: Buffer, position: number | null): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at);
    done += bytesWritten;
  }
}

/**
 * Replaces a file, or creates it, in one step: a reader finds the old content or the new, also after a power
 * failure. A symbolic link is replaced, not followed. Resolves with the new file, open for appending.
 */
export async function replaceFileOpen(
  path: string,
  content: string | Iterable<string | Uint8Array> | ((handle: OpenFile) => Promise<void>),
  disk: Disk = systemDisk,
): Promise<OpenFile> {
  // The name is random because another process may write the same file, or own a file of any fixed name.
  const draft = `${path}.${randomUUID()}.new`;
  let handle: OpenFile | undefined;
  try {
    handle = await disk.open(draft, openFlags.create, ownerOnly);
    if (typeof content === 'function') await content(handle);
    else await writeParts(handle, content);
    await handle.sync();
    await moveDurably(draft, path, disk);
    return handle;
  } catch (error) {
    await handle?.close();
    await disk.remove(draft).catch(() => {});
    throw error;
  }
}

/** Renames a file whose content is on disk, replacing any file of that name. */
export async function moveDurably(from: string, to: string, disk: Disk = systemDisk): Promise<void> {
  await disk.rename(from, to);
  await syncFolder(dirname(to), disk);
}

/**
 * As `replaceFileOpen`, and closes the file. A device or pipe is written to, because it cannot be replaced.
 */
export async function replaceFile(
  path: string,
  content: string | Iterable<string | Uint8Array>,
  disk: Disk = systemDisk,
): Promise<void> {
  if (await isDevice(path)) {
    const device = await disk.open(path, openFlags.appendDevice);
    return await writeParts(device, content).finally(() => device.close());
  }
  const handle = await replaceFileOpen(path, content, disk);
  await handle.close();
}

async function writeParts(handle: OpenFile, content: string | Iterable<string | Uint8Array>): Promise<void> {
  for (const part of typeof content === 'string' ? [content] : content) await handle.appendFile(part);
}

/**
 * Turns a failure of the file system into an OutputError. `name` begins the sentence, as in "The journal
 * /a/b". A MisoError is rethrown unchanged.
 */
export async function orOutputError<T>(
  work: Promise<T>,
  { name, hint }: { readonly name: string; readonly hint?: string | undefined },
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MisoError) throw error;
    throw new OutputError(`${name} cannot be written: ${reasonOf(error)}.`, { hint, cause: error });
  }
}

/** ENOSPC and its like, or else the message. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
