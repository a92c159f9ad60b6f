import { createReadStream } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';

/**
 * Reads a small file, such as one with a key. A settings file may name a device or a huge file: no more than
 * the first `maxBytes` bytes are read. Rejects for a named pipe, which would be waited for until another
 * process opens it.
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<Buffer> {
  // The pipe of `<(command)` has no path of its own.
  const real = await realpath(path).catch(() => path);
  if ((await lstat(real)).isFIFO()) throw new Error('a named pipe');
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: maxBytes - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
