import { listOf } from '../text.ts';

/** The properties of a file format, except how to parse it. */
interface FormatSpec {
  /** The name in messages. */
  readonly title: string;
  /** Lower case, without the dot; the first is the default. */
  readonly extensions: readonly [string, ...string[]];
  /** The kind of text in such a file. */
  readonly content: 'table' | 'json';
  /** The shape of its rejects file: rows under a header, one record per line, or one array. */
  readonly rejects: 'table' | 'lines' | 'array';
  /** Tables only: the delimiter, if it is fixed by the format. */
  readonly delimiter?: string;
}

/**
 * The formats of user records. A new format is a row here and a parser in `readers.ts`, which does not
 * compile without it. Options, settings, completion and file names follow from this table; `detect.ts`
 * recognizes formats by content.
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

/** The parts of a file name: `users.csv.gz` is `users`, `csv`. */
export interface NameParts {
  /** The name, including the folder, without the extensions of a known format and of compression. */
  readonly stem: string;
  /** The extension as written, without the dot; absent if the format is unknown. */
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
