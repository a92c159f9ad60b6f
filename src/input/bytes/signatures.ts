interface Signature {
  readonly name: string;
  readonly hint: string;
  readonly matches: (head: Buffer) => boolean;
}

const saveAsCsv = 'Open it and save it as "CSV UTF-8".';
const exportAsText = 'Export the users as CSV, TSV, JSON or NDJSON.';
const unpack = 'Unpack it first, and specify the files in it.';
const openInBrowser = 'Open it in a browser: the download may have returned a login or an error page.';

/** Bytes at a fixed offset, written in Latin-1. */
const bytesAt = (latin1: string, offset = 0) => {
  const expected = Buffer.from(latin1, 'latin1');
  return (head: Buffer) => head.subarray(offset, offset + expected.length).equals(expected);
};
const text = (pattern: RegExp) => (head: Buffer) => pattern.test(head.toString('latin1', 0, 512));
const zipWith = (name: RegExp) => (head: Buffer) =>
  bytesAt('PK\x03\x04')(head) && name.test(head.toString('latin1'));

const signatures: readonly Signature[] = [
  {
    name: 'an Excel workbook (.xlsx)',
    hint: saveAsCsv,
    matches: zipWith(/\bxl\/|\[Content_Types\]\.xml(?!.*\bword\/)/s),
  },
  { name: 'an OpenDocument file', hint: saveAsCsv, matches: zipWith(/mimetypeapplication\/vnd\.oasis/) },
  {
    name: 'a ZIP archive',
    hint: unpack,
    matches: (head) => /^PK(?:\x03\x04|\x05\x06)/.test(head.toString('latin1', 0, 4)),
  },
  {
    name: 'an old Excel or Office file (.xls)',
    hint: saveAsCsv,
    matches: bytesAt('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  },
  { name: 'a PDF', hint: exportAsText, matches: bytesAt('%PDF-') },
  { name: 'an RTF document', hint: 'Save it as plain text.', matches: bytesAt('{\\rtf') },
  {
    name: 'an HTML page',
    hint: openInBrowser,
    matches: text(/^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)\b/i),
  },
  {
    name: 'an XML document',
    hint: exportAsText,
    matches: text(/^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype)\s/i),
  },
  { name: 'a Parquet file', hint: exportAsText, matches: bytesAt('PAR1') },
  { name: 'an Avro file', hint: exportAsText, matches: bytesAt('Obj\x01') },
  { name: 'an ORC file', hint: exportAsText, matches: bytesAt('ORC\x0a') },
  { name: 'an SQLite database', hint: exportAsText, matches: bytesAt('SQLite format 3\0') },
  {
    name: 'a Git LFS pointer',
    hint: 'Run "git lfs pull" to get the file itself.',
    matches: bytesAt('version https://git-lfs'),
  },
  { name: 'a tar archive', hint: unpack, matches: bytesAt('ustar', 257) },
  { name: 'a 7-Zip archive', hint: unpack, matches: bytesAt('7z\xbc\xaf\x27\x1c') },
  { name: 'a RAR archive', hint: unpack, matches: bytesAt('Rar!\x1a\x07') },
  {
    name: 'compressed with bzip2',
    hint: unpack,
    matches: (head) => /^BZh[1-9]1AY&SY/.test(head.toString('latin1', 0, 10)),
  },
  { name: 'compressed with xz', hint: unpack, matches: bytesAt('\xfd7zXZ\0') },
  { name: 'compressed with LZ4', hint: unpack, matches: bytesAt('\x04\x22\x4d\x18') },
  { name: 'compressed a second time with gzip', hint: unpack, matches: bytesAt('\x1f\x8b\x08') },
  { name: 'compressed a second time with zstd', hint: unpack, matches: bytesAt('\x28\xb5\x2f\xfd') },
  { name: 'a PNG image', hint: exportAsText, matches: bytesAt('\x89PNG') },
  { name: 'a JPEG image', hint: exportAsText, matches: bytesAt('\xff\xd8\xff') },
  { name: 'a program', hint: exportAsText, matches: bytesAt('\x7fELF') },
];

/** The kind of a file that is not text, by its first bytes after decompression. */
export function foreignKind(head: Buffer): { name: string; hint: string } | undefined {
  return signatures.find(({ matches }) => matches(head));
}
