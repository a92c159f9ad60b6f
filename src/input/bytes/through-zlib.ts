import { type Decompressor, Pump } from './pump.ts';

// Small, so that little is lost when a slice is damaged and the data is too long to be decompressed again.
const sliceBytes = 16 * 1024;
const replayBytes = 1024 * 1024;

/** The compressed data is complete, but followed by something other than padding. */
export class TrailingBytes extends Error {}

/**
 * Decompresses with one of node:zlib's decompressors. All output before a fault is yielded first: output that
 * the failing call withheld is recovered by repeating it byte by byte, if the data is at most 1 MiB long.
 * Throws TrailingBytes, or the decompressor's error.
 */
export async function* throughZlib(
  chunks: AsyncIterable<Buffer>,
  create: () => Decompressor,
): AsyncGenerator<Buffer> {
  const pump = new Pump(create());
  let replay: Buffer[] | undefined = [];
  let fed = 0;
  let delivered = 0;
  try {
    for await (const slice of slices(chunks)) {
      if (pump.ended) expectPadding(slice);
      else {
        replay = fed + slice.length <= replayBytes ? replay : undefined;
        // A copy, because the memory of the chunk is reused.
        replay?.push(Buffer.from(slice));
        for await (const output of pump.write(slice)) {
          delivered += output.length;
          yield output;
        }
        if (pump.ended) expectPadding(slice.subarray(pump.consumed - fed));
        fed += slice.length;
      }
    }
    if (!pump.ended) yield* pump.end();
  } catch (error) {
    if (replay && !(error instanceof TrailingBytes)) yield* withheld(replay, delivered, create);
    throw error;
  } finally {
    pump.close();
  }
}

async function* slices(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += sliceBytes) yield chunk.subarray(at, at + sliceBytes);
  }
}

function expectPadding(bytes: Buffer): void {
  if (bytes.some((byte) => byte !== 0))
    throw new TrailingBytes('something follows the end of the compressed data');
}

/** The output beyond `delivered` bytes of data whose last slice is known to fail. */
async function* withheld(
  replay: readonly Buffer[],
  delivered: number,
  create: () => Decompressor,
): AsyncGenerator<Buffer> {
  const pump = new Pump(create());
  const last = replay.at(-1) ?? Buffer.alloc(0);
  const small = [...replay.slice(0, -1), ...Array.from(last, (_, at) => last.subarray(at, at + 1))];
  let passed = 0;
  try {
    for (const slice of small) {
      for await (const output of pump.write(slice)) {
        const unseen = output.subarray(Math.max(0, delivered - passed));
        passed += output.length;
        if (unseen.length > 0) yield unseen;
      }
    }
  } catch {
    // The same fault again. The caller reports the first one.
  } finally {
    pump.close();
  }
}
