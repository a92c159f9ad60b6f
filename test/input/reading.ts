import { MisoError } from '../../src/errors.ts';
import { openBytes } from '../../src/input/open.ts';
import type { ReadSettings } from '../../src/input/read-settings.ts';
import { defaultLimits, type Limits } from '../../src/input/record-parser.ts';
import type { SourceFile, SourceRecord } from '../../src/input/source.ts';

export interface Reading {
  readonly file?: SourceFile;
  readonly warnings: readonly string[];
  readonly records: readonly SourceRecord[];
  /** Warnings that came at the end of the records. */
  readonly late: readonly string[];
  /** What ended the reading before the end. */
  readonly error?: MisoError;
  readonly bytesRead: number;
}

export interface ReadingOptions {
  readonly path?: string;
  readonly settings?: ReadSettings;
  /** Lengths of the chunks in which the bytes arrive, repeated; default: one chunk. */
  readonly chunks?: readonly number[];
  readonly limits?: Limits;
}

/** Reads an input that is given as text or bytes to its end, or to the error that ends it. */
export async function reading(content: string | Buffer, options: ReadingOptions = {}): Promise<Reading> {
  const { path = 'users', settings = {}, chunks = [], limits = defaultLimits } = options;
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const records: SourceRecord[] = [];
  const late: string[] = [];
  let opened: Awaited<ReturnType<typeof openBytes>> | undefined;
  try {
    opened = await openBytes({ index: 0, path, chunks: inChunks(bytes, chunks) }, settings, {
      hooks: { onWarning: (text) => late.push(text) },
      limits,
    });
    for await (const some of opened.records()) records.push(...some);
  } catch (error) {
    if (!(error instanceof MisoError)) throw error;
    const { file, warnings = [] } = opened ?? {};
    return { ...(file ? { file } : {}), warnings, late, records, error, bytesRead: opened?.bytesRead() ?? 0 };
  }
  return { file: opened.file, warnings: opened.warnings, late, records, bytesRead: opened.bytesRead() };
}

async function* inChunks(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const length = lengths.length === 0 ? bytes.length : Math.max(1, lengths[turn % lengths.length]!);
    const chunk = Buffer.from(bytes.subarray(at, at + length));
    yield chunk;
    // The memory of a chunk is reused once the next one is requested.
    chunk.fill(0x07);
    at += length;
  }
}

/** A record as a short line: `2 a|b`, `3 {"a":1}`, `4 faulty: expected 3 columns; 2`. */
export function inShort(record: SourceRecord): string {
  switch (record.kind) {
    case 'row':
      return `${record.line} ${record.cells.join('|')}`;
    case 'json':
      return `${record.line} ${JSON.stringify(record.value)}${record.lossy ? ` (${record.lossy.join('; ')})` : ''}`;
    case 'faulty':
      return `${record.line} faulty: ${record.reason}${record.found === undefined ? '' : `; ${record.found}`}`;
  }
}
