import { isObject } from '../contract/json.ts';
import { InputError, UsageError } from '../errors.ts';
import { nameParts } from '../input/formats.ts';
import type { InputRef } from '../input/input-ref.ts';
import { linesOfText } from '../input/lines.ts';
import { type OpenedInput, recordsOf } from '../input/open.ts';
import { type OpenedText, openText } from '../input/open-text.ts';
import type { SourceFile, SourceRecord } from '../input/source.ts';
import { listOf, quoteText } from '../text.ts';
import { idOfLine, idOfObject, startsDocument, startsTable } from './id-line.ts';
import type { IdSource, Warn } from './source.ts';

/**
 * The ids in an input: a list, or the records of a file. Throws InputError for a line or record without an
 * id.
 */
export async function* idsOfInput(
  ref: InputRef,
  source: IdSource,
  warn: Warn,
): AsyncGenerator<readonly string[]> {
  try {
    const text = await openText(ref, source.read);
    if (isList(text, source)) yield* idsOfList(text, source, warn);
    else yield* idsOfRecords(await recordsOf(text, source.read, { onWarning: warn }), source, warn);
  } catch (error) {
    throw withOwnOptions(error);
  }
}

/** Errors of inputs mention `--format` of upload, which is called `--from-format` here. */
function withOwnOptions(error: unknown): unknown {
  const rename = (text: string) => text.replaceAll('--format', '--from-format');
  if (error instanceof InputError) {
    const { message, hint, place, cause } = error;
    return new InputError(rename(message), place, { hint: hint && rename(hint), cause });
  }
  if (error instanceof UsageError && error.hint?.includes(' --format'))
    return new UsageError(error.message, { hint: rename(error.hint), cause: error.cause });
  return error;
}

/** An input is a list unless the user, its name or its first line indicates a table or a JSON document. */
function isList({ path, head }: OpenedText, source: IdSource): boolean {
  const { column, defaultColumns, isPlainList, read } = source;
  if (isPlainList) return true;
  if (column !== undefined || read.format !== undefined || read.delimiter !== undefined) return false;
  if (nameParts(path).format !== undefined) return false;
  return !startsDocument(head) && !startsTable(head, defaultColumns);
}

async function* idsOfList(
  text: OpenedText,
  { defaultColumns, isPlainList }: IdSource,
  warn: Warn,
): AsyncGenerator<readonly string[]> {
  const { path, warnings } = text;
  try {
    warnings.forEach(warn);
    for await (const lines of linesOfText(text.texts, path)) {
      const filled = lines.filter((line) => line.text.trim() !== '');
      yield filled.map((line) => {
        const place = { path, line: line.number };
        if (isPlainList) return line.text;
        const parsed = idOfLine(line.text, defaultColumns);
        if (parsed === undefined) throw noId('invalid JSON', place);
        return checkedId(parsed.id, defaultColumns, place);
      });
    }
  } finally {
    await text.close();
  }
}

async function* idsOfRecords(
  opened: OpenedInput,
  { column, defaultColumns }: IdSource,
  warn: Warn,
): AsyncGenerator<readonly string[]> {
  try {
    opened.warnings.forEach(warn);
    const columns = column === undefined ? defaultColumns : [column];
    const idOf = idReader(opened.file, columns);
    for await (const records of opened.records()) yield records.map(idOf);
  } finally {
    await opened.close();
  }
}

function idReader({ path, table }: SourceFile, columns: readonly string[]): (record: SourceRecord) => string {
  if (!table) return (record) => idOfJson(record, columns);
  const name = columns.find((column) => table.columns.includes(column));
  if (name !== undefined) {
    const index = table.columns.indexOf(name);
    return (record) => idOfRow(record, index, name);
  }
  const found = table.columns.map((column) => quoteText(column)).join(', ');
  throw new UsageError(
    `${path}, line 1: no column ${columns.map((column) => quoteText(column)).join(' or ')}; found ${found}.`,
    {
      hint: 'Name the column that contains the ids with --id. For a plain list without a header, use --from-format list.',
    },
  );
}

function idOfRow(record: SourceRecord, index: number, column: string): string {
  const place = placeOf(record);
  if (record.kind !== 'row') throw noId(faultOf(record), place);
  return checkedId(record.cells[index], [column], place);
}

function idOfJson(record: SourceRecord, columns: readonly string[]): string {
  const place = placeOf(record);
  if (record.kind !== 'json') throw noId(faultOf(record), place);
  const { value } = record;
  return checkedId(isObject(value) ? idOfObject(value, columns) : value, columns, place);
}

interface Place {
  readonly path: string;
  readonly line: number;
}

function placeOf({ file, line }: SourceRecord): Place {
  return { path: file.path, line };
}

function faultOf(record: SourceRecord): string {
  if (record.kind !== 'faulty') return 'not a record';
  return record.found === undefined ? record.reason : `${record.reason}, found ${record.found}`;
}

function checkedId(id: unknown, columns: readonly string[], place: Place): string {
  if (typeof id === 'string' && id !== '') return id;
  if (id === undefined || id === '') throw noId(`no ${listOf(columns)}`, place);
  throw noId(`expected an id as text, found ${JSON.stringify(id)}`, place);
}

function noId(fault: string, { path, line }: Place): InputError {
  return new InputError(`${path}, line ${line}: ${fault}.`, { file: path, line });
}
