import { createReadStream } from 'node:fs';

/** A line that was written completely. */
export interface CompleteLine {
  /** Without its line feed. */
  readonly text: string;
  /** Bytes of the file up to and including its line feed. */
  readonly end: number;
}

const lineFeed = 0x0a;

/**
 * The lines of a file that end with a line feed. A last line without one is left out: a process that was
 * killed may have written only part of it. `chunks`: the bytes of the file; their memory may be reused.
 */
export async function* completeLines(
  path: string,
  chunks: AsyncIterable<Buffer> = createReadStream(path),
): AsyncGenerator<CompleteLine> {
  let rest: Buffer[] = [];
  let end = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, at)]);
      rest = [];
      start = at + 1;
      end += line.length + 1;
      yield { text: line.toString('utf8'), end };
    }
    if (start < chunk.length) rest.push(Buffer.from(chunk.subarray(start)));
  }
}
