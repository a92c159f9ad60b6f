import { isObject } from '../contract/json.ts';
import { InputError, UsageError } from '../errors.ts';
import type { InputRef } from '../input/input-ref.ts';
import { linesOfText } from '../input/lines.ts';
import { type OpenedInput, recordsOf } from '../input/open.ts';
import { type OpenedText, openText } from '../input/open-text.ts';
import type { SourceFile, SourceRecord } from '../input/source.ts';
import { idOfLine } from './id-line.ts';
import { isList, refuseTable } from './list.ts';
import type { IdSource, Warn } from './source.ts';

/** The ids in an input: a list, or the records of a file. Throws InputError for an entry that holds no id. */
export async function* idsOfInput(
  ref: InputRef,
  source: IdSource,
  warn: Warn,
): AsyncGenerator<readonly string[]> {
  const usual = source.defaultColumn ?? 'user_id';
  const text = await openText(ref, source.read);
  if (source.column === undefined && isList(text, usual)) yield* idsOfList(text, source, warn);
  else
    yield* idsOfRecords(await recordsOf(text, source.read, { onWarning: warn }), { ...source, usual }, warn);
}

async function* idsOfList(text: OpenedText, source: IdSource, warn: Warn): AsyncGenerator<readonly string[]> {
  const { path, warnings } = text;
  try {
    refuseTable(text, source.columnOption);
    warnings.forEach(warn);
    for await (const lines of linesOfText(text.texts, path)) {
      yield lines
        .filter((line) => line.text.trim() !== '')
        .map((line) => {
          const id = idOfLine(line.text);
          const place = { file: path, line: line.number };
          if (id === undefined) throw new InputError('a quote is opened here and not closed', place);
          return id || missing(place);
        });
    }
  } finally {
    await text.close();
  }
}

async function* idsOfRecords(
  opened: OpenedInput,
  { column, usual, columnOption }: IdSource & { readonly usual: string },
  warn: Warn,
): AsyncGenerator<readonly string[]> {
  try {
    opened.warnings.forEach(warn);
    const idOf = idReader(opened.file, column ?? usual, columnOption);
    for await (const records of opened.records()) yield records.map(idOf);
  } finally {
    await opened.close();
  }
}

function idReader(
  { path, table }: SourceFile,
  column: string,
  option: string | undefined,
): (record: SourceRecord) => string {
  if (!table) return (record) => idOfJson(record, column);
  const index = table.columns.indexOf(column);
  if (index >= 0) return (record) => idOfCell(record, index);
  const known = table.columns.map((name) => JSON.stringify(name)).join(', ');
  throw new UsageError(`${path} has no column ${JSON.stringify(column)}; its columns are ${known}.`, {
    hint: option === undefined ? undefined : `Name the one that holds the ids with ${option}.`,
  });
}

function idOfCell(record: SourceRecord, index: number): string {
  if (record.kind !== 'row') throw unreadable(record, faultOf(record));
  return record.cells[index] || missing(placeOf(record));
}

function idOfJson(record: SourceRecord, field: string): string {
  if (record.kind !== 'json') throw unreadable(record, faultOf(record));
  const { value } = record;
  const id = isObject(value) ? (Object.hasOwn(value, field) ? value[field] : undefined) : value;
  if (typeof id === 'string' && id !== '') return id;
  if (id === undefined || id === '') return missing(placeOf(record));
  throw unreadable(record, `expected an id as text, found ${JSON.stringify(id)}`);
}

function faultOf(record: SourceRecord): string {
  return record.kind === 'faulty' ? record.reason : 'no id can be read here';
}

function placeOf({ file, line }: SourceRecord): Place {
  return { file: file.path, line };
}

type Place = InputError['place'];

function missing(place: Place): never {
  throw new InputError('there is no id here', place);
}

function unreadable(record: SourceRecord, what: string): InputError {
  return new InputError(what, placeOf(record));
}
