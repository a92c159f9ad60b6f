import { TextDecoder } from 'node:util';
import { InputError, UsageError } from '../../errors.ts';
import { allClosest } from '../../text.ts';
import { looksBinary } from './binary.ts';
import { validUtf8Bytes, wholeUtf8Bytes } from './utf8.ts';

/** What the bytes are decoded as, and how many of them are a byte order mark. */
export interface Encoding {
  /** WHATWG's name in lower case. */
  readonly name: string;
  readonly bomBytes: number;
  /** Neither a mark nor the user said so: UTF-8 is what is assumed and checked. */
  readonly assumed: boolean;
}

const known = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'windows-1250', 'windows-1251', 'windows-1252', 'windows-1253'],
  ...[
    'windows-1254',
    'windows-1255',
    'windows-1256',
    'windows-1257',
    'windows-1258',
    'windows-874',
    'latin1',
  ],
  ...['iso-8859-1', 'iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7'],
  ...['iso-8859-8', 'iso-8859-9', 'iso-8859-10', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16'],
  ...[
    'koi8-r',
    'koi8-u',
    'macintosh',
    'ibm866',
    'shift_jis',
    'euc-jp',
    'iso-2022-jp',
    'euc-kr',
    'gbk',
    'gb18030',
    'big5',
  ],
];

/** Decides how an input is decoded: a byte order mark, else what the user named, else UTF-8. */
export function detectEncoding(head: Buffer, path: string, named: string | undefined): Encoding {
  const canonical = named === undefined ? undefined : canonicalEncoding(named);
  const marked = byteOrderMark(head, path);
  if (marked) return { ...marked, assumed: false };
  if (canonical !== undefined) return { name: canonical, bomBytes: 0, assumed: false };
  const wide = unmarkedUtf16(head);
  if (wide) {
    throw new InputError(
      `${path} looks like ${wide.toUpperCase()} without a byte order mark: every other byte of its start is NUL.`,
      { file: path, line: 1 },
      { hint: `Give --encoding ${wide}, or save the file as UTF-8.` },
    );
  }
  if (looksBinary(head) && validUtf8Bytes(head) < wholeUtf8Bytes(head)) {
    throw new InputError(
      `${path} holds binary data, not text.`,
      { file: path, line: 1 },
      {
        hint: 'Export the users as CSV, TSV, JSON or NDJSON. If it is text, name its encoding with --encoding.',
      },
    );
  }
  return { name: 'utf-8', bomBytes: 0, assumed: true };
}

/** WHATWG's own name for an encoding, in lower case. Throws UsageError for one that is unknown. */
export function canonicalEncoding(named: string): string {
  const name = supported(named);
  if (name !== undefined) return name;
  const near = allClosest(named, known);
  throw new UsageError(`The encoding ${JSON.stringify(named)} is unknown.`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : 'Name one of the WHATWG encodings, for example utf-8, utf-16le, windows-1252 or shift_jis.',
  });
}

/** Like canonicalEncoding, but undefined for an unknown name. */
export function supported(name: string): string | undefined {
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
      `${path} is UTF-32, which is not read.`,
      { file: path, line: 1 },
      { hint: 'Save it as UTF-8.' },
    );
  }
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', bomBytes: 2 };
  return undefined;
}

/** Western text in UTF-16 is half NULs, all on one side; NULs that are data in UTF-8 are neither. */
function unmarkedUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const sample = head.subarray(0, Math.min(head.length, 4096) & ~1);
  if (sample.length < 4) return undefined;
  const nuls = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) nuls[at % 2]!++;
  const [even, odd] = [nuls[0]! / (sample.length / 2), nuls[1]! / (sample.length / 2)];
  if (odd > 0.6 && even < 0.1) return 'utf-16le';
  return even > 0.6 && odd < 0.1 ? 'utf-16be' : undefined;
}
