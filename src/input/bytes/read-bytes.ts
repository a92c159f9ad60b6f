import { open } from 'node:fs/promises';
import { InputError, UsageError } from '../../errors.ts';
import type { InputRef } from '../input-ref.ts';

const readSize = 256 * 1024;
// Strings of this size fit into V8's young generation and the CPU cache. Larger ones take twice as long.
const chunkSize = 32 * 1024;

/**
 * The raw bytes of an input, in order, in chunks of at most 32 KiB. The memory of a chunk may be reused for
 * the next one. Throws UsageError if the file cannot be opened, InputError if a later read fails.
 */
export function readBytes({ path, absolute, stdin }: InputRef): AsyncGenerator<Buffer> {
  return stdin || absolute === undefined ? readStream(path, stdin ?? []) : readFile(path, absolute);
}

async function* readFile(path: string, absolute: string): AsyncGenerator<Buffer> {
  const handle = await open(absolute).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${cause.code ?? cause.message}).`, {
      hint: 'Check the owner and the permissions of the file.',
      cause,
    });
  });
  // New memory for each read would accumulate outside the heap, where the garbage collector hardly notices
  // it.
  const buffer = Buffer.allocUnsafeSlow(readSize);
  try {
    for (;;) {
      const { bytesRead } = await handle
        .read(buffer, 0, readSize, null)
        .catch((cause: NodeJS.ErrnoException) => {
          throw readFailure(path, cause);
        });
      if (bytesRead === 0) return;
      yield* inPieces(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function* readStream(
  path: string,
  stream: AsyncIterable<Buffer | string> | [],
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield* inPieces(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

function* inPieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
}

function readFailure(path: string, cause: unknown): InputError {
  const why =
    cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
  return new InputError(`${path} could not be read to its end (${why}).`, { file: path }, { cause });
}
