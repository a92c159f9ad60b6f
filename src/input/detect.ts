import { skipSpace } from '../contract/json-text.ts';
import { InputError } from '../errors.ts';
import { type Format, formatSpec, nameParts } from './formats.ts';
import { ValueScanner } from './json/value-scanner.ts';
import { examineObject } from './json/wrapper.ts';

/** What the format is derived from. */
export interface FormatEvidence {
  readonly path: string;
  /** The start of the text. */
  readonly text: string;
  /** Nothing follows the text. */
  readonly complete: boolean;
  /** Set by the user. */
  readonly format?: Format | undefined;
}

/**
 * Determines the format: set by the user, else by the file name, else by the content. Throws InputError if
 * the name or the setting contradicts the content. JSON under the name of NDJSON is accepted, and vice versa.
 */
export function detectFormat(evidence: FormatEvidence): Format {
  const { path, text, format } = evidence;
  const claimed = format ?? nameParts(path).format;
  const content = contentOf(evidence);
  if (content === undefined) return claimed ?? 'csv';
  if (claimed === undefined) return content.format;
  if (formatSpec(claimed).content === 'table') {
    if (format === undefined && content.format !== 'csv')
      throw contradiction(evidence, claimed, content.format);
    return claimed;
  }
  if (claimed === 'json') {
    if (content.format === 'csv') throw contradiction(evidence, claimed, 'csv');
    return format === undefined ? content.format : claimed;
  }
  if (content.format === 'json' && format === undefined && content.isPage) return 'json';
  if (content.format === 'json' && !content.fitsLines) {
    if (format === undefined) return 'json';
    throw contradiction(evidence, claimed, 'json');
  }
  if (content.format === 'csv' && !hasJsonLine(text)) throw contradiction(evidence, claimed, 'csv');
  return claimed;
}

interface Content {
  readonly format: 'csv' | 'json' | 'ndjson';
  /** It can also be read as NDJSON. */
  readonly fitsLines: boolean;
  /** Its first line is an object with a list of records. */
  readonly isPage?: boolean;
}

function contentOf({ text, complete }: FormatEvidence): Content | undefined {
  // A record separator starts a JSON text sequence, as written by `jq --seq`.
  const start = skipSpace(text, text.startsWith('\x1e') ? 1 : 0);
  const first = text[start];
  if (first === undefined) return undefined;
  if (first !== '[' && first !== '{') return { format: 'csv', fitsLines: false };
  const lineEnd = text.slice(start).search(/[\r\n]/);
  const newline = lineEnd === -1 ? -1 : start + lineEnd;
  const scanner = new ValueScanner();
  const ends = scanner.scan(text, start);
  const onOneLine = ends && (newline === -1 || scanner.end <= newline);
  const alone = complete && onOneLine && skipSpace(text, scanner.end) >= text.length;
  if (first === '[') return { format: 'json', fitsLines: !alone && (onOneLine || newline === -1) };
  if (onOneLine) {
    // Several objects on a line, or pages of records, are separate JSON documents.
    const next = skipSpace(text, scanner.end);
    const adjoins = text[next] === '{' && (newline === -1 || next < newline);
    const object = examineObject(text.slice(start, scanner.end), true);
    const isPage = object.kind === 'wrapper' && (object.certain || alone);
    return { format: alone || adjoins || isPage ? 'json' : 'ndjson', fitsLines: true, isPage };
  }
  if (newline === -1) return { format: 'json', fitsLines: true };
  // An invalid first line, followed by a line that starts a new object: still one object per line.
  const invalid = !/[{[,:]\s*$/.test(text.slice(start, newline)) && text[skipSpace(text, newline)] === '{';
  return invalid ? { format: 'ndjson', fitsLines: true } : { format: 'json', fitsLines: false };
}

function hasJsonLine(text: string): boolean {
  return /^[ \t]*(?:[{["]|-?\d+[ \t]*\r?$|(?:null|true|false)[ \t]*\r?$)/m.test(text);
}

function contradiction({ path, format, text }: FormatEvidence, claimed: Format, content: Format): InputError {
  const source = format === undefined ? 'by its name' : 'by --format';
  const looks = content === 'csv' ? 'does not look like it' : `contains ${formatSpec(content).title}`;
  const start = JSON.stringify(text.trimStart().slice(0, 20));
  const { title } = formatSpec(claimed);
  return new InputError(
    `${path} is ${title} ${source}, but ${looks}: it starts with ${start}.`,
    { file: path, line: 1 },
    {
      hint:
        content === 'csv'
          ? 'Use --format csv or --format tsv if it is a table.'
          : `Use --format ${content}${format === undefined ? `, or --format ${claimed} if it really is ${title}` : ''}.`,
    },
  );
}
