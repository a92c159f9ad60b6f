import type { Readable } from 'node:stream';
import { InputError, UsageError } from '../errors.ts';
import { type OpenedInput, openInput } from '../input/open.ts';
import type { ReadSettings } from '../input/read-settings.ts';
import { resolveInputs } from '../input/resolve.ts';
import type { SourceFile, SourceRecord } from '../input/source.ts';

/** Where ids come from. */
export interface IdSource {
  /** Ids on the command line; none, or `-`: standard input, unless `from` names a file. */
  readonly ids: readonly string[];
  /** A file, or `-`. */
  readonly from: string | undefined;
  /** The column or field that holds the ids. */
  readonly column: string | undefined;
  readonly read: ReadSettings;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly cwd: string;
}

/** Told of what is odd about the input, and no error. */
export type Warn = (text: string) => void;

/**
 * The ids that a command is about, in order and as they stand: from arguments, or from a column of a table, a field of
 * JSON objects, JSON strings, or one a line.
 * Throws UsageError when there is no source, and InputError for an entry that holds no id.
 */
export async function* readIds(source: IdSource, warn: Warn): AsyncGenerator<readonly string[]> {
  const fromStdin = source.ids.length === 0 || (source.ids.length === 1 && source.ids[0] === '-');
  if (!fromStdin) {
    if (source.from !== undefined) throw new UsageError('Give ids, or a file with --from, but not both.');
    if (source.ids.includes('')) throw new UsageError('An id is empty.');
    yield source.ids;
    return;
  }
  if (source.from === undefined && source.stdin.isTTY) {
    throw new UsageError('No ids were given.', { hint: 'Name them, or a file that holds them with --from.' });
  }
  const { inputs } = await resolveInputs([source.from ?? '-'], source);
  for (const ref of inputs) {
    const opened = await openInput(ref, source.read);
    for (const text of opened.warnings) warn(text);
    try {
      yield* idsOf(opened, source.column);
    } finally {
      await opened.close();
    }
  }
}

async function* idsOf(opened: OpenedInput, column: string | undefined): AsyncGenerator<readonly string[]> {
  const { file } = opened;
  const { idOf, first } = idReader(file, column);
  if (first !== undefined) yield [first];
  for await (const records of opened.records()) yield records.map(idOf);
}

interface IdReader {
  readonly idOf: (record: SourceRecord) => string;
  /** The first line, when it is an id and no header. */
  readonly first?: string;
}

const defaultColumn = 'user_id';

function idReader(file: SourceFile, column: string | undefined): IdReader {
  const { table } = file;
  if (!table) return { idOf: (record) => idOfJson(record, column ?? defaultColumn) };
  const index = table.columns.indexOf(column ?? defaultColumn);
  if (index >= 0) return { idOf: (record) => idOfCell(record, index) };
  const isList =
    table.columns.length === 1 && column === undefined && !/\.(csv|tsv)(\.\w+)?$/i.test(file.path);
  if (isList) return { idOf: idOfLine, first: unquoted(table.raw, table.columns[0]) };
  const known = table.columns.map((name) => JSON.stringify(name)).join(', ');
  throw new UsageError(
    `${file.path} has no column ${JSON.stringify(column ?? defaultColumn)}; its columns are ${known}.`,
    {
      hint: 'Name the one that holds the ids with --id.',
    },
  );
}

function idOfCell(record: SourceRecord, index: number): string {
  if (record.kind !== 'row') throw unreadable(record, faultOf(record));
  return record.cells[index] || missing(record);
}

function idOfLine(record: SourceRecord): string {
  return unquoted(record.raw, record.kind === 'row' ? record.cells[0] : undefined);
}

/** A line is its own id, to the letter, unless it is quoted: as JSON, in which `users ids` writes odd ids, or as a cell. */
function unquoted(raw: string, cell: string | undefined): string {
  if (!raw.startsWith('"')) return raw;
  try {
    const id: unknown = JSON.parse(raw);
    if (typeof id === 'string') return id;
  } catch {
    // Not JSON: a quoted cell.
  }
  return cell ?? raw;
}

function idOfJson(record: SourceRecord, field: string): string {
  if (record.kind !== 'json') throw unreadable(record, faultOf(record));
  const { value } = record;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const id =
    isObject && Object.hasOwn(value, field)
      ? (value as Record<string, unknown>)[field]
      : isObject
        ? undefined
        : value;
  if (typeof id === 'string' && id !== '') return id;
  if (id === undefined || id === '') return missing(record);
  throw unreadable(record, `expected an id as text, found ${JSON.stringify(id)}`);
}

function faultOf(record: SourceRecord): string {
  return record.kind === 'faulty' ? record.reason : 'no id can be read here';
}

function missing(record: SourceRecord): never {
  throw unreadable(record, 'there is no id here');
}

function unreadable(record: SourceRecord, what: string): InputError {
  return new InputError(what, { file: record.file.path, line: record.line });
}
