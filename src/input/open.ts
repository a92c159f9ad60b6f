import { InputError } from '../errors.ts';
import { decompress, detectCompression } from './bytes/decompress.ts';
import { lookahead } from './bytes/lookahead.ts';
import { readChunks } from './bytes/read-chunks.ts';
import { foreignKind } from './bytes/signatures.ts';
import type { InputRef } from './input-ref.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { parseRecords } from './parse-records.ts';
import type { ReadSettings } from './read-settings.ts';
import type { SourceFile, SourceRecord } from './source.ts';
import { startRecords } from './start-records.ts';
import { decode } from './text/decode.ts';
import { canonicalEncoding, detectEncoding, type Encoding } from './text/encoding.ts';

// Enough for the names within a ZIP, and for a header with some rows.
const byteLookahead = 4096;
const textLookahead = 64 * 1024;

/** An input of which the start was looked at: what it is is known, its records are still to be read. */
export interface OpenedInput {
  readonly file: SourceFile;
  readonly warnings: readonly string[];
  /** Raw bytes of the file that were read so far, for progress against its size. */
  bytesRead(): number;
  /**
   * The records in order, as many at a time as one piece of the text completes. To be read once; leaving the loop frees
   * everything. Throws InputError where the input cannot be read any further, after every complete record before.
   */
  records(): AsyncGenerator<SourceRecord[]>;
  /** Frees what an input holds that is not read, or not to its end. */
  close(): Promise<void>;
}

export interface OpenHooks {
  /** Sees each raw chunk of the file once, in order. */
  readonly onBytes?: (raw: Buffer) => void;
}

/** An input as bytes, wherever they come from. */
export interface ByteInput {
  readonly index: number;
  readonly path: string;
  readonly chunks: AsyncGenerator<Buffer>;
}

/**
 * Opens an input and looks at its start: compression, encoding, format, delimiter and header.
 * Throws UsageError or InputError for what is wrong there; nothing is left open then.
 */
export async function openInput(
  ref: InputRef,
  settings: ReadSettings,
  hooks: OpenHooks = {},
): Promise<OpenedInput> {
  const opened = await openBytes({ index: ref.index, path: ref.path, chunks: readChunks(ref) }, settings, {
    hooks,
  });
  return {
    ...opened,
    close: async () => {
      // A read from a terminal or a pipe can wait for ever: the stream itself has to end it.
      ref.stdin?.destroy();
      await opened.close();
    },
  };
}

/** Like openInput, for bytes that are not in a file. */
export async function openBytes(
  input: ByteInput,
  settings: ReadSettings,
  { hooks = {}, limits = defaultLimits }: { hooks?: OpenHooks; limits?: Limits } = {},
): Promise<OpenedInput> {
  let bytesRead = 0;
  const raw = observed(input.chunks, (chunk) => {
    bytesRead += chunk.length;
    hooks.onBytes?.(chunk);
  });
  // A generator that was never started does not close what it reads from, so each is closed by itself, the outermost first.
  const layers: AsyncGenerator<unknown>[] = [input.chunks, raw];
  const close = async () => {
    for (const layer of layers.toReversed()) await layer.return(undefined);
  };
  try {
    const content = await openContent(raw, input.path, layers);
    const encoding = detectEncoding(content.head, input.path, settings.encoding);
    const texts = decode(content.bytes, { path: input.path, encoding });
    layers.push(texts);
    const start = await lookahead(texts, (head) => lengthOf(head) >= textLookahead);
    layers.push(start.all);
    const { file, parser, warnings, parsed } = startRecords({
      ...{ index: input.index, path: input.path, settings, limits },
      ...{ text: start.head.join(''), complete: start.complete, failure: start.failure },
      ...{ encoding: encoding.name, compression: content.compression },
    });
    const records = parseRecords(afterCharacters(start.all, parsed), parser);
    layers.push(records);
    const found = [...content.warnings, ...encodingWarnings(encoding, settings, input.path), ...warnings];
    return { file, warnings: found, bytesRead: () => bytesRead, records: () => records, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The bytes of the content, decompressed, and the first of them. Throws InputError when they are no text of records. */
async function openContent(raw: AsyncGenerator<Buffer>, path: string, layers: AsyncGenerator<unknown>[]) {
  const outer = await lookahead(raw, (head) => lengthOf(head) >= byteLookahead);
  layers.push(outer.all);
  const outerHead = Buffer.concat(outer.head);
  const compression = detectCompression(outerHead, path);
  if (compression === undefined) {
    if (outerHead.length === 0 && outer.failure !== undefined) throw outer.failure;
    refuseForeign(outerHead, path);
    const misnamed = /\.(?:gz|gzip|zst|zstd)$/i.test(path) && outerHead.length > 0;
    const warnings = misnamed
      ? [`${path} is not compressed, whatever its name says; it is read as it is.`]
      : [];
    return { head: outerHead, bytes: outer.all, compression, warnings };
  }
  const bytes = decompress(outer.all, compression, path);
  layers.push(bytes);
  const inner = await lookahead(bytes, (head) => lengthOf(head) >= byteLookahead);
  layers.push(inner.all);
  const head = Buffer.concat(inner.head);
  if (head.length === 0 && inner.failure !== undefined) throw inner.failure;
  refuseForeign(head, path);
  return { head, bytes: inner.all, compression, warnings: [] };
}

function refuseForeign(head: Buffer, path: string): void {
  const kind = foreignKind(head);
  if (kind)
    throw new InputError(
      `${path} is ${kind.name}, not a table or JSON.`,
      { file: path, line: 1 },
      { hint: kind.hint },
    );
}

function encodingWarnings(encoding: Encoding, settings: ReadSettings, path: string): string[] {
  if (settings.encoding === undefined || canonicalEncoding(settings.encoding) === encoding.name) return [];
  return [
    `${path} is marked as ${encoding.name} by its first bytes; --encoding ${settings.encoding} is not applied to it.`,
  ];
}

async function* observed(
  chunks: AsyncIterable<Buffer>,
  see: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    see(chunk);
    yield chunk;
  }
}

async function* afterCharacters(texts: AsyncIterable<string>, count: number): AsyncGenerator<string> {
  let left = count;
  for await (const text of texts) {
    const skipped = Math.min(left, text.length);
    left -= skipped;
    if (skipped < text.length) yield text.slice(skipped);
  }
}

function lengthOf(pieces: readonly { readonly length: number }[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
