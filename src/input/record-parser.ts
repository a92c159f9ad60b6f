import type { ReadSettings } from './read-settings.ts';
import type { SourceFile, SourceRecord } from './source.ts';

/** Finds the records in a text that arrives in pieces. */
export interface RecordParser {
  /** Appends the records that the text completes. For a fault, appends the records before it, then throws. */
  push(text: string, records: SourceRecord[]): void;
  /** Called after the last piece. Appends the remaining records, or throws if the text is incomplete. */
  end(records: SourceRecord[]): void;
  /** Warnings so far. */
  warnings?(): readonly string[];
}

/** Bounds on a single record, so that memory stays flat for any file. */
export interface Limits {
  /** Characters of one record. */
  readonly recordLength: number;
}

export const defaultLimits: Limits = { recordLength: 16 * 1024 * 1024 };

/** `16 million characters` */
export function lengthInWords(characters: number): string {
  return characters >= 1024 * 1024
    ? `${Math.floor(characters / (1024 * 1024))} million characters`
    : `${characters} characters`;
}

/** The start of an input's text, and what is known of the input so far. */
export interface InputStart {
  readonly index: number;
  readonly path: string;
  readonly settings: ReadSettings;
  readonly limits: Limits;
  readonly text: string;
  /** Nothing follows the text. */
  readonly complete: boolean;
  /** The error that reading beyond the text will throw, if known. */
  readonly failure: unknown;
  readonly encoding: string;
  /** The text starts with a UTF-8 byte order mark. */
  readonly bom: boolean;
  readonly compression: string | undefined;
}

/** How the records of an input are read. */
export interface FormatReader {
  readonly file: SourceFile;
  readonly parser: RecordParser;
  readonly warnings: readonly string[];
  /** Characters at the start of the text that are not records: the header of a table. */
  readonly headerLength: number;
}

/**
 * Yields the records after the header of a text, as many at a time as a piece of the text completes. All
 * records before a fault are yielded first. Warnings come last.
 */
export async function* parseRecords(
  texts: AsyncIterable<string>,
  { parser, headerLength }: Pick<FormatReader, 'parser' | 'headerLength'>,
  onWarning: ((text: string) => void) | undefined,
): AsyncGenerator<SourceRecord[]> {
  let left = headerLength;
  try {
    for await (const text of texts) {
      const skipped = Math.min(left, text.length);
      left -= skipped;
      const { records, failure } = collect((records) => parser.push(text.slice(skipped), records));
      if (records.length > 0) yield records;
      if (failure) throw failure.error;
    }
    const { records, failure } = collect((records) => parser.end(records));
    if (records.length > 0) yield records;
    if (failure) throw failure.error;
  } finally {
    for (const text of parser.warnings?.() ?? []) onWarning?.(text);
  }
}

function collect(parse: (records: SourceRecord[]) => void): {
  records: SourceRecord[];
  failure?: { error: unknown };
} {
  const records: SourceRecord[] = [];
  try {
    parse(records);
    return { records };
  } catch (error) {
    return { records, failure: { error } };
  }
}
