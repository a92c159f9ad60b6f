import { detectFormat } from './detect-format.ts';
import { DocumentParser } from './json/document-parser.ts';
import { NdjsonParser } from './json/ndjson-parser.ts';
import { afterSpace } from './json/value-scanner.ts';
import type { Limits } from './limits.ts';
import type { RecordParser } from './parse-records.ts';
import type { ReadSettings } from './read-settings.ts';
import type { SourceFile } from './source.ts';
import { readHeader } from './table/header.ts';
import { TableParser } from './table/table-parser.ts';

/** The start of an input's text, and what is known of the input by then. */
export interface TextStart {
  readonly index: number;
  readonly path: string;
  readonly settings: ReadSettings;
  readonly limits: Limits;
  readonly text: string;
  /** Nothing follows the text. */
  readonly complete: boolean;
  /** What reading on after the text will throw, when that is known. */
  readonly failure: unknown;
  readonly encoding: string;
  readonly compression: string | undefined;
}

/** How the records of an input are read. */
export interface RecordsStart {
  readonly file: SourceFile;
  readonly parser: RecordParser;
  readonly warnings: readonly string[];
  /** Characters of the text that are no records: a table's header. */
  readonly parsed: number;
}

/** Decides the format by the start of the text, and reads the header of a table. Throws UsageError and InputError. */
export function startRecords(start: TextStart): RecordsStart {
  const { index, path, settings, limits, text, complete, failure, encoding, compression } = start;
  const blank = afterSpace(text, 0) >= text.length;
  if (blank && failure !== undefined) throw failure;
  const format = detectFormat({ path, text, complete, format: settings.format });
  const file: SourceFile = {
    index,
    path,
    format,
    encoding,
    ...(compression === undefined ? {} : { compression }),
  };
  const warnings = blank && complete ? [`${path} is empty: it holds no records.`] : [];
  if (format === 'json') return { file, parser: new DocumentParser(file, limits), warnings, parsed: 0 };
  if (format === 'ndjson' || (blank && complete)) {
    return { file, parser: new NdjsonParser(file, limits), warnings, parsed: 0 };
  }
  // A header that was not even read to its end fails for the reason that ended the reading.
  if (failure !== undefined && !/[\r\n]/.test(text.trimStart())) throw failure;
  const delimiter = settings.delimiter ?? (format === 'tsv' ? '\t' : undefined);
  const header = readHeader({ path, text, complete, delimiter });
  const tableFile: SourceFile = { ...file, table: header.table };
  const parser = new TableParser(tableFile, header, limits);
  return {
    file: tableFile,
    parser,
    warnings: [...header.warnings, ...tabWarnings(tableFile, settings)],
    parsed: header.length,
  };
}

/** A table that is called TSV and is none is one long column, of which the next stage only says what it lacks. */
function tabWarnings({ path, format, table }: SourceFile, { delimiter }: ReadSettings): string[] {
  if (format !== 'tsv' || delimiter !== undefined || table?.columns.length !== 1) return [];
  const [other] = /[,;|]/.exec(table.raw) ?? [];
  if (other === undefined) return [];
  return [
    `${path} is read as TSV, but its header holds no tab: if cells end at "${other}", give --delimiter "${other}".`,
  ];
}
