import { InputError } from '../errors.ts';
import { decompress, detectCompression } from './bytes/decompress.ts';
import { lookahead } from './bytes/lookahead.ts';
import { readChunks } from './bytes/read-chunks.ts';
import { foreignKind } from './bytes/signatures.ts';
import type { InputRef } from './input-ref.ts';
import type { ReadSettings } from './read-settings.ts';
import { decode } from './text/decode.ts';
import { canonicalEncoding, detectEncoding, type Encoding } from './text/encoding.ts';

// Enough for the names within a ZIP, and for a header with some rows.
const byteLookahead = 4096;
const textLookahead = 64 * 1024;

/** An input as text, of which the start was looked at. */
export interface OpenedText {
  /** Position among the inputs of the run, from 0. */
  readonly index: number;
  readonly path: string;
  readonly encoding: string;
  readonly compression: string | undefined;
  /** The start of the text. */
  readonly head: string;
  /** Nothing follows the start. */
  readonly complete: boolean;
  /** What reading on after the start will throw, when that is known. */
  readonly failure: unknown;
  /** The whole text, its start included. To be read once. */
  readonly texts: AsyncGenerator<string>;
  readonly warnings: readonly string[];
  /** Raw bytes of the file that were read so far, for progress against its size. */
  bytesRead(): number;
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
  /** Each chunk need not outlast the next one: its memory may be used again. */
  readonly chunks: AsyncGenerator<Buffer>;
}

/** Opens an input as text. Throws UsageError or InputError for what is wrong at its start; nothing is left open then. */
export async function openText(
  ref: InputRef,
  settings: ReadSettings,
  hooks: OpenHooks = {},
): Promise<OpenedText> {
  const bytes = { index: ref.index, path: ref.path, chunks: readChunks(ref) };
  const opened = await openBytesAsText(bytes, settings, hooks);
  return {
    ...opened,
    close: async () => {
      // A read from a terminal or a pipe can wait for ever: the stream itself has to end it.
      ref.stdin?.destroy();
      await opened.close();
    },
  };
}

/** Like openText, for bytes that are not in a file. */
export async function openBytesAsText(
  input: ByteInput,
  settings: ReadSettings,
  hooks: OpenHooks = {},
): Promise<OpenedText> {
  const { index, path } = input;
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
    const content = await openContent(raw, path, layers);
    const encoding = detectEncoding(content.head, path, settings.encoding);
    const texts = decode(content.bytes, { path, encoding });
    layers.push(texts);
    const start = await lookahead(texts, (head) => lengthOf(head) >= textLookahead);
    layers.push(start.all);
    return {
      ...{ index, path, encoding: encoding.name, compression: content.compression },
      ...{ head: start.head.join(''), complete: start.complete, failure: start.failure, texts: start.all },
      warnings: [...content.warnings, ...encodingWarnings(encoding, settings, path)],
      bytesRead: () => bytesRead,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The bytes of the content, decompressed, and the first of them. Throws InputError when they are no text of records. */
async function openContent(raw: AsyncGenerator<Buffer>, path: string, layers: AsyncGenerator<unknown>[]) {
  const outer = await lookahead(raw, (head) => lengthOf(head) >= byteLookahead, Buffer.from);
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

function lengthOf(pieces: readonly { readonly length: number }[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
