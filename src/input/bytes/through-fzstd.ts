// fzstd is synchronous: a slice of this size expands to about 30 MB at worst.
const sliceBytes = 1024;

/** Decompresses zstd of one or more frames. Checksums are not verified. Throws fzstd's error. */
export async function* throughFzstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd');
  let ready: Buffer[] = [];
  const stream = new Decompress((data) => {
    if (data.length > 0) ready.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  });
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += sliceBytes) {
      // A copy, because it is kept until its block is complete, and the memory of the chunk is reused.
      const slice = Buffer.from(chunk.subarray(at, at + sliceBytes));
      const failure = attempt(() => stream.push(slice));
      const output = ready;
      ready = [];
      yield* output;
      if (failure) throw failure;
    }
  }
  stream.push(new Uint8Array(0), true);
}

function attempt(action: () => void): Error | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
