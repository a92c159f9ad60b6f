import { open } from 'node:fs/promises';
import { InputError, UsageError } from '../../errors.ts';
import type { InputRef } from '../input-ref.ts';

const readBytes = 256 * 1024;
// Strings of this size stay within the young generation and the processor's cache: larger ones take twice the time.
const chunkBytes = 32 * 1024;

/**
 * The raw bytes of an input, in order, in chunks of at most 32 KiB or what a pipe has ready. The memory of a chunk is used
 * again for the next one.
 * Throws UsageError when the file cannot be opened, InputError when a later read fails.
 */
export async function* readChunks(ref: InputRef): AsyncGenerator<Buffer> {
  if (ref.stdin) yield* readStream(ref.path, ref.stdin);
  else if (ref.absolute !== undefined) yield* readFile(ref.path, ref.absolute);
}

async function* readFile(path: string, absolute: string): AsyncGenerator<Buffer> {
  const handle = await open(absolute).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be opened (${cause.code ?? cause.message}).`, { cause });
  });
  // Fresh memory for each read would pile up outside the heap, where the garbage collector hardly sees it.
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  try {
    for (;;) {
      const { bytesRead } = await handle
        .read(buffer, 0, readBytes, null)
        .catch((cause: NodeJS.ErrnoException) => {
          throw readFailure(path, cause);
        });
      if (bytesRead === 0) return;
      for (let at = 0; at < bytesRead; at += chunkBytes) {
        yield buffer.subarray(at, Math.min(bytesRead, at + chunkBytes));
      }
    }
  } finally {
    await handle.close();
  }
}

async function* readStream(path: string, stream: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

function readFailure(path: string, cause: unknown): InputError {
  const why =
    cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
  return new InputError(`${path} cannot be read any further (${why}).`, { file: path }, { cause });
}
