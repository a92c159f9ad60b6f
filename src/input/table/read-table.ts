import { formatSpec } from '../formats.ts';
import type { FormatReader, InputStart } from '../record-parser.ts';
import type { SourceFile } from '../source.ts';
import { readHeader } from './header.ts';
import { TableParser } from './table-parser.ts';

/**
 * Reads the header of a table. Undefined if the text ends within the header. Throws UsageError and InputError
 * for a header that cannot be used.
 */
export function readTable(start: InputStart, file: SourceFile): FormatReader | undefined {
  const { path, settings, limits, text, complete, failure } = start;
  // A header that could not be read to its end fails with the error of the read.
  if (failure !== undefined && !/[\r\n]/.test(text.trimStart())) throw failure;
  const delimiter = settings.delimiter ?? formatSpec(file.format).delimiter;
  const header = readHeader({ path, text, complete, delimiter, maxLength: limits.recordLength });
  if (!header) return undefined;
  const tableFile: SourceFile = { ...file, table: header.table };
  return {
    file: tableFile,
    parser: new TableParser(tableFile, header, limits),
    warnings: [...header.warnings, ...(settings.delimiter === undefined ? tabWarnings(tableFile) : [])],
    headerLength: header.length,
  };
}

/** Explains why a "TSV" without tabs has one long column. Later stages would only report missing columns. */
function tabWarnings({ path, format, table }: SourceFile): string[] {
  if (formatSpec(format).delimiter !== '\t' || table?.columns.length !== 1) return [];
  const [other] = /[,;|]/.exec(table.raw) ?? [];
  if (other === undefined) return [];
  return [
    `${path} is read as TSV, but its header has no tab: if cells are separated by "${other}", use --delimiter "${other}".`,
  ];
}
