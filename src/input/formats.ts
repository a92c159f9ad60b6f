import { listOf } from '../text.ts';

/** What the program has to know about a file format, apart from how to parse it. */
interface FormatSpec {
  /** As it is written in messages. */
  readonly title: string;
  /** Lower case, without the dot; the first is the usual one. */
  readonly extensions: readonly [string, ...string[]];
  /** What the text of such a file is. */
  readonly content: 'table' | 'json';
  /** The shape of its rejects file: rows under a header, one record per line, or one array. */
  readonly rejects: 'table' | 'lines' | 'array';
  /** Tables only: the delimiter, where the format fixes it. */
  readonly delimiter?: string;
}

/**
 * The formats of user records. A new format is a row here and a parser in `readers.ts`, which does not compile
 * without it. Options, settings, completion and file names follow from this table; `detect.ts` recognizes formats by content.
 */
export const formats = {
  csv: { title: 'CSV', extensions: ['csv'], content: 'table', rejects: 'table' },
  tsv: { title: 'TSV', extensions: ['tsv', 'tab'], content: 'table', rejects: 'table', delimiter: '\t' },
  json: { title: 'JSON', extensions: ['json'], content: 'json', rejects: 'array' },
  ndjson: {
    title: 'NDJSON (one JSON object per line)',
    extensions: ['ndjson', 'jsonl', 'jsonlines'],
    content: 'json',
    rejects: 'lines',
  },
} as const satisfies Readonly<Record<string, FormatSpec>>;

/** The kinds of file that can be read. */
export type Format = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly Format[];

/** `csv, tsv, json or ndjson` */
export const formatList = listOf(formatNames);

export function formatSpec(format: Format): FormatSpec {
  return formats[format];
}

/** A file name taken apart: `users.csv.gz` is `users`, `csv`. */
export interface NameParts {
  /** The name, folder included, without the extensions of a known format and of compression. */
  readonly stem: string;
  /** As it is written, without the dot; absent if it belongs to no known format. */
  readonly extension?: string;
  readonly format?: Format;
}

export function nameParts(path: string): NameParts {
  const name = path.replace(/\.(?:gz|gzip|br|zst|zstd)$/i, '');
  const extension = /\.([^./\\]+)$/.exec(name)?.[1];
  const format = formatNames.find((format) =>
    formatSpec(format).extensions.includes(extension?.toLowerCase() ?? ''),
  );
  if (extension === undefined || format === undefined) return { stem: name };
  return { stem: name.slice(0, -extension.length - 1), extension, format };
}
