import { skipSpace } from '../contract/json-text.ts';
import { detectFormat } from './detect.ts';
import type { Format } from './formats.ts';
import { DocumentParser } from './json/document-parser.ts';
import { NdjsonParser } from './json/ndjson-parser.ts';
import type { FormatReader, InputStart, RecordParser } from './record-parser.ts';
import type { SourceFile } from './source.ts';
import { readTable } from './table/read-table.ts';

/** The reader of each format. `file`: what is known before the header is read. */
const readers: Readonly<Record<Format, (start: InputStart, file: SourceFile) => FormatReader | undefined>> = {
  csv: readTable,
  tsv: readTable,
  json: ({ limits }, file) => withoutHeader(file, new DocumentParser(file, limits)),
  ndjson: ({ limits }, file) => withoutHeader(file, new NdjsonParser(file, limits)),
};

/**
 * Determines the format from the start of the text, and reads the header of a table. Undefined if more text
 * is needed. Throws UsageError and InputError.
 */
export function createReader(start: InputStart): FormatReader | undefined {
  const { index, path, settings, limits, text, complete, failure, encoding, bom, compression } = start;
  const blank = skipSpace(text, 0) >= text.length;
  if (blank && failure !== undefined) throw failure;
  const format = detectFormat({ path, text, complete, format: settings.format });
  const file: SourceFile = {
    index,
    path,
    format,
    encoding,
    ...(bom ? { bom } : {}),
    ...(/[\r\n]/.exec(text)?.index === text.indexOf('\r\n') && text.includes('\r\n') ? { crlf: true } : {}),
    ...(compression === undefined ? {} : { compression }),
  };
  if (!blank || !complete) return readers[format](start, file);
  const warnings = [`${path} is empty: it contains no records.`];
  return { ...withoutHeader(file, new NdjsonParser(file, limits)), warnings };
}

function withoutHeader(file: SourceFile, parser: RecordParser): FormatReader {
  return { file, parser, warnings: [], headerLength: 0 };
}
