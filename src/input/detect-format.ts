import { InputError } from '../errors.ts';
import { afterSpace, ValueScanner } from './json/value-scanner.ts';
import type { Format } from './source.ts';

const byExtension: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  jsonlines: 'ndjson',
};

/** What is known of an input when its format is decided. */
export interface FormatClues {
  readonly path: string;
  /** The start of its text. */
  readonly text: string;
  /** Nothing follows the text. */
  readonly complete: boolean;
  /** As the user named it. */
  readonly format?: Format | undefined;
}

/**
 * Decides the format: by flag, else by the name without .gz and the like, else by content. Throws InputError where that
 * and the content contradict each other; only .json with one object a line, which some warehouses write, is let be.
 */
export function detectFormat(clues: FormatClues): Format {
  const { path, text, format } = clues;
  const claimed = format ?? formatOfName(path);
  const content = contentOf(clues);
  if (content === undefined) return claimed ?? 'csv';
  switch (claimed) {
    case undefined:
      return content.format;
    case 'csv':
    case 'tsv':
      if (format === undefined && content.format !== 'csv')
        throw contradiction(clues, claimed, content.format);
      return claimed;
    case 'json':
      if (content.format === 'csv') throw contradiction(clues, claimed, 'csv');
      return format === undefined ? content.format : claimed;
    case 'ndjson':
      if (content.format === 'json' && !content.fitsLines) throw contradiction(clues, claimed, 'json');
      if (content.format === 'csv' && !holdsJsonLine(text)) throw contradiction(clues, claimed, 'csv');
      return claimed;
  }
}

/** The format that a file's name says, .gz and the like left out. */
export function formatOfName(path: string): Format | undefined {
  const inner = path.replace(/\.(?:gz|gzip|br|zst|zstd)$/i, '');
  return byExtension[/\.([^./\\]+)$/.exec(inner)?.[1]?.toLowerCase() ?? ''];
}

interface Content {
  readonly format: 'csv' | 'json' | 'ndjson';
  /** Read as NDJSON, it would not fall to pieces. */
  readonly fitsLines: boolean;
}

function contentOf({ text, complete }: FormatClues): Content | undefined {
  const start = afterSpace(text, 0);
  const first = text[start];
  if (first === undefined) return undefined;
  if (first !== '[' && first !== '{') return { format: 'csv', fitsLines: false };
  const newline = text.indexOf('\n', start);
  const scanner = new ValueScanner();
  const ends = scanner.scan(text, start);
  const onItsLine = ends && (newline === -1 || scanner.end <= newline);
  const alone = complete && onItsLine && afterSpace(text, scanner.end) >= text.length;
  if (first === '[') return { format: 'json', fitsLines: !alone && (onItsLine || newline === -1) };
  if (onItsLine) return { format: alone ? 'json' : 'ndjson', fitsLines: true };
  if (newline === -1) return { format: 'json', fitsLines: true };
  // A first line that is broken, and a second that starts anew: one object a line all the same.
  const broken = !/[{[,:]\s*$/.test(text.slice(start, newline)) && text[afterSpace(text, newline)] === '{';
  return broken ? { format: 'ndjson', fitsLines: true } : { format: 'json', fitsLines: false };
}

function holdsJsonLine(text: string): boolean {
  return /^[ \t]*(?:[{["]|-?\d+[ \t]*\r?$|(?:null|true|false)[ \t]*\r?$)/m.test(text);
}

const names: Readonly<Record<Format, string>> = {
  csv: 'CSV',
  tsv: 'TSV',
  json: 'JSON',
  ndjson: 'NDJSON (one JSON object a line)',
};

function contradiction({ path, format, text }: FormatClues, claimed: Format, content: Format): InputError {
  const source = format === undefined ? 'by its name' : 'by --format';
  const looks = content === 'csv' ? 'text that is not JSON' : names[content];
  const start = JSON.stringify(text.trimStart().slice(0, 20));
  return new InputError(
    `${path} is ${names[claimed]} ${source}, but holds ${looks}: it starts with ${start}.`,
    { file: path, line: 1 },
    {
      hint:
        content === 'csv'
          ? 'Give --format csv or --format tsv if it is a table.'
          : `Give --format ${content}${format === undefined ? `, or --format ${claimed} if it really is ${names[claimed]}` : ''}.`,
    },
  );
}
