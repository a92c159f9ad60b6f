import { TextDecoder } from 'node:util';
import { InputError } from '../../errors.ts';
import { validUtf8Bytes, wholeUtf8Bytes } from './utf8.ts';

/** The encoding of the bytes, and the length of their byte order mark. */
export interface Encoding {
  /** WHATWG's name in lower case. */
  readonly name: string;
  readonly bomBytes: number;
  /** UTF-8 that is neither marked nor set by the user. */
  readonly assumed: boolean;
}

/** Determines the encoding of an input: by a byte order mark, else as set by the user, else UTF-8. */
export function detectEncoding(head: Buffer, path: string, named: string | undefined): Encoding {
  const marked = byteOrderMark(head, path);
  if (marked) return { ...marked, assumed: false };
  if (named !== undefined) return { name: named, bomBytes: 0, assumed: false };
  const wide = unmarkedUtf16(head);
  if (wide) {
    throw new InputError(
      `${path} looks like ${wide.toUpperCase()} without a byte order mark: every other byte of its start is NUL.`,
      { file: path, line: 1 },
      { hint: `Use --encoding ${wide}, or save the file as UTF-8.` },
    );
  }
  if (looksBinary(head) && validUtf8Bytes(head) < wholeUtf8Bytes(head)) {
    throw new InputError(
      `${path} contains binary data, not text.`,
      { file: path, line: 1 },
      {
        hint: 'Export the users as CSV, TSV, JSON or NDJSON. If it is text, specify its encoding with --encoding.',
      },
    );
  }
  return { name: 'utf-8', bomBytes: 0, assumed: true };
}

/** A guess at the encoding of bytes that are not UTF-8, as a WHATWG name: for hints only, never applied. */
export async function guessEncoding(sample: Buffer): Promise<string | undefined> {
  if (looksWestern(sample)) return 'windows-1252';
  const { analyse } = await import('chardet');
  for (const { name } of analyse(sample.subarray(0, 32 * 1024))) {
    const encoding = supportedEncoding(name);
    if (encoding !== undefined && encoding !== 'utf-8' && !encoding.startsWith('utf-16')) return encoding;
  }
  return undefined;
}

/**
 * Whether a text is mostly ASCII with some Western European letters: each such letter is next to ASCII
 * letters, and the other characters are common signs. For short texts, statistics cannot distinguish this
 * from other encodings.
 */
function looksWestern(sample: Buffer): boolean {
  const text = sample.toString('latin1');
  const letters = text.match(/[\xc0-\xd6\xd8-\xf6\xf8-\xff]/g)?.length ?? 0;
  const single = text.match(/(?<![\x80-\xff])[\xc0-\xd6\xd8-\xf6\xf8-\xff](?![\x80-\xff])/g)?.length ?? 0;
  // Euro sign, typographic quotes and dashes, and the signs of Latin-1, none of them within a word.
  const withinWords = /[a-z][\x80-\x8d\x8f-\x9b\x9d\x9e\xa1-\xbf][a-z]/i.test(text.replaceAll('\x92', "'"));
  return letters + (text.match(/[\x80-\xbf]/g)?.length ?? 0) > 0 && !withinWords && single >= letters * 0.9;
}

/**
 * Whether bytes that are not UTF-8 are unlikely to be text in any encoding: more than 4 and 5 % control
 * characters.
 */
export function looksBinary(sample: Buffer): boolean {
  const controls = sample.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
  return controls > 4 && controls * 20 > sample.length;
}

/** Control characters except tab, line ends, form feed, and the escape that Japanese encodings shift with. */
function isControl(byte: number): boolean {
  return byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b;
}

function supportedEncoding(name: string): string | undefined {
  try {
    return new TextDecoder(name).encoding.toLowerCase();
  } catch {
    return undefined;
  }
}

function byteOrderMark(head: Buffer, path: string): { name: string; bomBytes: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: 'utf-8', bomBytes: 3 };
  const utf32 = head[2] === 0 && head[3] === 0 && head[0] === 0xff && head[1] === 0xfe;
  if (utf32 || (head.length >= 4 && head.readUInt32BE(0) === 0xfeff)) {
    throw new InputError(
      `${path} is UTF-32, which is not supported.`,
      { file: path, line: 1 },
      { hint: 'Save it as UTF-8.' },
    );
  }
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', bomBytes: 2 };
  return undefined;
}

/** In Western text in UTF-16, every other byte is NUL. NULs that are data in UTF-8 have no such pattern. */
function unmarkedUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const sample = head.subarray(0, Math.min(head.length, 4096) & ~1);
  if (sample.length < 4) return undefined;
  const nuls = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) nuls[at % 2]!++;
  const [even, odd] = [nuls[0]! / (sample.length / 2), nuls[1]! / (sample.length / 2)];
  if (odd > 0.6 && even < 0.1) return 'utf-16le';
  return even > 0.6 && odd < 0.1 ? 'utf-16be' : undefined;
}
