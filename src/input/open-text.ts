import { InputError } from '../errors.ts';
import { decompress, detectCompression } from './bytes/decompress.ts';
import { Lookahead } from './bytes/lookahead.ts';
import { readBytes } from './bytes/read-bytes.ts';
import { foreignKind } from './bytes/signatures.ts';
import type { InputRef } from './input-ref.ts';
import type { ReadSettings } from './read-settings.ts';
import { decode } from './text/decode.ts';
import { detectEncoding, type Encoding } from './text/encoding.ts';

// Enough for the names within a ZIP, and for a header with some rows.
const bytesExamined = 4096;
const charactersExamined = 64 * 1024;

/** The start of a text. */
export interface TextStart {
  readonly head: string;
  /** Nothing follows the start. */
  readonly complete: boolean;
  /** The error that reading beyond the start will throw, if known. */
  readonly failure: unknown;
}

const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** An input as text, whose start was examined. */
export interface OpenedText extends TextStart {
  /** Position among the inputs of the run, from 0. */
  readonly index: number;
  readonly path: string;
  readonly encoding: string;
  /** The text starts with a UTF-8 byte order mark. */
  readonly bom: boolean;
  readonly compression: string | undefined;
  /** The whole text, including the start. Can be read once. */
  readonly texts: AsyncIterable<string>;
  readonly warnings: readonly string[];
  /** Examines more of the start, up to `length` characters. Must be called before the text is read. */
  peek(length: number): Promise<TextStart>;
  /** Raw bytes of the file that were read so far, for progress against its size. */
  bytesRead(): number;
  /** Frees the resources of an unfinished read. */
  close(): Promise<void>;
}

export interface OpenHooks {
  /** Called with each raw chunk of the file once, in order. */
  readonly onBytes?: (raw: Buffer) => void;
  /** Called at the end of the records, with what was unusual among them. */
  readonly onWarning?: (text: string) => void;
}

/** An input as bytes, from any source. */
export interface ByteInput {
  readonly index: number;
  readonly path: string;
  /** The memory of a chunk may be reused once the next one is requested. */
  readonly chunks: AsyncGenerator<Buffer>;
}

/**
 * Opens an input as text. Throws UsageError or InputError for a fault at its start, and closes the input
 * first.
 */
export async function openText(
  ref: InputRef,
  settings: ReadSettings,
  hooks: OpenHooks = {},
): Promise<OpenedText> {
  const bytes = { index: ref.index, path: ref.path, chunks: readBytes(ref) };
  const opened = await openBytesAsText(bytes, settings, hooks);
  return {
    ...opened,
    close: async () => {
      // A read from a terminal or a pipe can wait forever. Only destroying the stream ends it.
      ref.stdin?.destroy();
      await opened.close();
    },
  };
}

/** Like openText, for bytes that are not in a file. */
export async function openBytesAsText(
  { index, path, chunks }: ByteInput,
  settings: ReadSettings,
  hooks: OpenHooks = {},
): Promise<OpenedText> {
  let bytesRead = 0;
  const raw = new Lookahead(chunks, {
    copy: Buffer.from,
    onItem: (chunk) => {
      bytesRead += chunk.length;
      hooks.onBytes?.(chunk);
    },
  });
  // A generator that was never started does not close its source, so each is closed, outermost first.
  const open: { return(): Promise<unknown> }[] = [raw];
  const close = async () => {
    for (const layer of open.toReversed()) await layer.return();
  };
  try {
    const content = await openContent(raw, path);
    open.push(content.bytes);
    const encoding = detectEncoding(content.head, path, settings.encoding);
    const texts = new Lookahead(decode(content.bytes, { path, encoding }));
    open.push(texts);
    const peek = async (length: number): Promise<TextStart> => {
      const { head, complete, failure } = await texts.peek(length);
      return { head: head.join(''), complete, failure };
    };
    return {
      ...{ index, path, encoding: encoding.name, compression: content.compression },
      bom: content.head.subarray(0, 3).equals(utf8Mark),
      ...(await peek(charactersExamined)),
      ...{ texts, peek },
      warnings: [...content.warnings, ...encodingWarnings(encoding, settings, path)],
      bytesRead: () => bytesRead,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The bytes of the content, decompressed, and the first of them. Throws InputError if they are not text at
 * all.
 */
async function openContent(raw: Lookahead<Buffer>, path: string) {
  const { head: rawHead, failure } = await raw.peek(bytesExamined);
  const head = Buffer.concat(rawHead);
  if (head.length === 0 && failure !== undefined) throw failure;
  const compression = detectCompression(head, path);
  if (compression !== undefined) {
    const bytes = new Lookahead(decompress(raw, compression, path));
    const start = await bytes.peek(bytesExamined);
    const content = Buffer.concat(start.head);
    if (content.length === 0 && start.failure !== undefined) throw start.failure;
    refuseForeign(content, path);
    return { head: content, bytes, compression, warnings: [] };
  }
  refuseForeign(head, path);
  const misnamed = /\.(?:gz|gzip|zst|zstd)$/i.test(path) && head.length > 0;
  const warnings = misnamed ? [`${path} is not compressed despite its name; it is read as is.`] : [];
  return { head, bytes: raw, compression, warnings };
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
  if (settings.encoding === undefined || settings.encoding === encoding.name) return [];
  return [`${path} has a ${encoding.name} byte order mark; --encoding ${settings.encoding} was ignored.`];
}
