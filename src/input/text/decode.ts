import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { InputError } from '../../errors.ts';
import { looksBinary } from './binary.ts';
import type { Encoding } from './encoding.ts';
import { likelyEncoding } from './likely-encoding.ts';
import { LineCounter } from './line-ends.ts';
import { validUtf8Bytes, wholeUtf8Bytes } from './utf8.ts';

interface Decoding {
  readonly path: string;
  readonly encoding: Encoding;
}

/**
 * The text of an input, without its byte order mark, in pieces that end between characters.
 * Throws InputError at the first byte that is no text in this encoding, after all the text before it.
 */
export async function* decode(bytes: AsyncIterable<Buffer>, decoding: Decoding): AsyncGenerator<string> {
  const lines = new LineCounter();
  const content = skipBytes(bytes, decoding.encoding.bomBytes);
  const { name } = decoding.encoding;
  const texts =
    name === 'utf-8'
      ? decodeUtf8(content, decoding, lines)
      : name.startsWith('utf-16')
        ? decodeUtf16(content, decoding, lines)
        : decodeLegacy(content, decoding, lines);
  for await (const text of texts) {
    if (text === '') continue;
    lines.add(text);
    yield text;
  }
}

async function* decodeUtf8(
  bytes: AsyncIterable<Buffer>,
  decoding: Decoding,
  lines: LineCounter,
): AsyncGenerator<string> {
  let carry: Buffer = Buffer.alloc(0);
  let offset = decoding.encoding.bomBytes;
  for await (const chunk of bytes) {
    const block = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    const whole = block.subarray(0, wholeUtf8Bytes(block));
    const valid = validUtf8Bytes(whole);
    if (valid < whole.length) {
      yield whole.toString('utf8', 0, valid);
      throw await undecodable({
        decoding,
        line: lines.line,
        offset: offset + valid,
        sample: block.subarray(Math.max(0, valid - 8192)),
      });
    }
    // Latin-1 keeps one byte a character and is the faster way for what is plain ASCII.
    yield whole.toString(isAscii(whole) ? 'latin1' : 'utf8');
    // A copy, for the chunk itself does not outlast the next one.
    carry = Buffer.from(block.subarray(whole.length));
    offset += whole.length;
  }
  if (carry.length > 0) throw cutCharacter(decoding, lines.line, offset);
}

async function* decodeUtf16(
  bytes: AsyncIterable<Buffer>,
  decoding: Decoding,
  lines: LineCounter,
): AsyncGenerator<string> {
  const swapped = decoding.encoding.name === 'utf-16be';
  let carry: Buffer = Buffer.alloc(0);
  let offset = decoding.encoding.bomBytes;
  for await (const chunk of bytes) {
    const block = Buffer.concat([carry, chunk]);
    let whole = block.length & ~1;
    // A high surrogate at the end waits for its other half.
    if (whole >= 2 && (block[swapped ? whole - 2 : whole - 1]! & 0xfc) === 0xd8) whole -= 2;
    // The block is this function's own copy, so its bytes may be swapped in place.
    const units = swapped ? block.subarray(0, whole).swap16() : block.subarray(0, whole);
    const text = units.toString('utf16le');
    const bad = firstLoneSurrogate(text);
    if (bad !== -1) {
      yield text.slice(0, bad);
      throw await undecodable({ decoding, line: lines.line, offset: offset + 2 * bad, sample: block });
    }
    yield text;
    carry = block.subarray(whole);
    offset += whole;
  }
  if (carry.length > 0) throw cutCharacter(decoding, lines.line, offset);
}

async function* decodeLegacy(
  bytes: AsyncIterable<Buffer>,
  decoding: Decoding,
  lines: LineCounter,
): AsyncGenerator<string> {
  const decoder = decoderFor(decoding.encoding.name);
  const checked = async function* (text: string) {
    // None of these encodings has U+FFFD as data worth keeping: it stands for a byte that means nothing.
    const bad = text.indexOf('\ufffd');
    yield bad === -1 ? text : text.slice(0, bad);
    if (bad !== -1) throw await undecodable({ decoding, line: lines.line });
  };
  for await (const chunk of bytes) yield* checked(decoder.decode(chunk));
  yield* checked(decoder.end());
}

function decoderFor(name: string): { decode(chunk: Buffer): string; end(): string } {
  if (name === 'windows-1252') return { decode: decodeWindows1252, end: () => '' };
  const decoder = new TextDecoder(name);
  return { decode: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}

const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** By hand, because several releases of Node get 0x80 to 0x9F of this encoding wrong. */
function decodeWindows1252(chunk: Buffer): string {
  return chunk
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => windows1252[character.charCodeAt(0) - 0x80]!);
}

function firstLoneSurrogate(text: string): number {
  return text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
}

async function* skipBytes(bytes: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of bytes) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) yield skipped > 0 ? chunk.subarray(skipped) : chunk;
  }
}

interface Undecodable {
  readonly decoding: Decoding;
  readonly line: number;
  readonly offset?: number;
  /** Bytes around the bad one, for a guess at what they are. */
  readonly sample?: Buffer;
}

async function undecodable({ decoding, line, offset, sample }: Undecodable): Promise<InputError> {
  const { path, encoding } = decoding;
  const where = offset === undefined ? `line ${line}` : `line ${line} (byte ${offset})`;
  if (encoding.assumed && sample && looksBinary(sample)) {
    return new InputError(
      `${path}, ${where}: the bytes are not UTF-8, and look like binary data.`,
      { file: path, line },
      {
        hint: 'Export the users as CSV, TSV, JSON or NDJSON. If it is text, name its encoding with --encoding.',
      },
    );
  }
  const likely = encoding.assumed && sample ? await likelyEncoding(sample) : undefined;
  return new InputError(
    `${path}, ${where}: the bytes are not ${encoding.name.toUpperCase()}.`,
    { file: path, line },
    {
      hint: !encoding.assumed
        ? 'Check the encoding, or save the file as UTF-8.'
        : likely === undefined
          ? 'Save the file as UTF-8, or name its encoding with --encoding.'
          : `It looks like ${likely}: try --encoding ${likely}, or save the file as UTF-8.`,
    },
  );
}

function cutCharacter({ path, encoding }: Decoding, line: number, offset: number): InputError {
  return new InputError(
    `${path}, line ${line} (byte ${offset}): the file ends in the middle of a ${encoding.name.toUpperCase()} character.`,
    { file: path, line },
    { hint: 'The file was cut: export or copy it again.' },
  );
}
