import { isReasonsColumn, reasonsColumn } from '../../contract/rejects-keys.ts';
import { safeCsvColumn, unsafeCell } from '../../contract/safe-csv.ts';
import { InputError, UsageError } from '../../errors.ts';
import { lengthInWords } from '../record-parser.ts';
import type { Table } from '../source.ts';
import { countLineEnds } from '../text/line-ends.ts';
import { detectDelimiter } from './delimiter.ts';
import { headerWarnings } from './header-warnings.ts';
import { parseQuotedRows } from './quoted-rows.ts';
import { RepeatedHeader } from './repeated-header.ts';
import { RowScanner } from './row-scanner.ts';

const rowsExamined = 100;
const minRowsForPlainColumn = 3;

/** What is known of a table when its first row is read. */
export interface TableStart {
  readonly table: Table;
  /** The cells of the header, unchanged. */
  readonly header: readonly string[];
  /** For each cell of a row, whether its column has a name; a cell without one must be empty. */
  readonly named: readonly boolean[];
  /** A row may omit the reasons of a rejects file, and columns without a name, at its end. */
  readonly minColumns: number;
  /** The first column, from 0, whose first values have no white space: it distinguishes rows from prose. */
  readonly plainColumn: number | undefined;
  /** The line on which the text after the header starts, from 1. */
  readonly line: number;
}

/** A parsed header, and the position of the rows after it. */
export interface Header extends TableStart {
  /** Characters of the text up to the first row. */
  readonly length: number;
  readonly warnings: readonly string[];
}

interface HeaderText {
  readonly path: string;
  readonly text: string;
  /** Nothing follows the text. */
  readonly complete: boolean;
  /** Set by the user, or fixed by the format. */
  readonly delimiter?: string | undefined;
  /** Max length of the header, in characters. */
  readonly maxLength: number;
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * Reads the header at the start of the text of a table, which is not blank. Undefined if the text ends within
 * the header. Throws UsageError for duplicate or missing names, InputError for a header that cannot be
 * parsed.
 */
export function readHeader({
  path,
  text,
  complete,
  delimiter: given,
  maxLength,
}: HeaderText): Header | undefined {
  const separatorLine = /^[\r\n]*"?sep=([^"\r\n])"?(?:\r\n|\n|\r|$)/i.exec(text);
  const before = separatorLine?.[0].length ?? 0;
  const from = before + /^[\r\n]*/.exec(text.slice(before))![0].length;
  const line = countLineEnds(text.slice(0, from)) + 1;
  const place = { file: path, line };
  if (from >= text.length) throw noHeader(place);
  const body = text.slice(from);
  // Without a line end, neither the header nor the delimiter is known.
  if (!complete && !/[\r\n]/.test(body) && body.length <= maxLength) return undefined;
  const delimiter = given ?? separatorLine?.[1] ?? detectDelimiter(body, place);

  const scanner = new RowScanner(delimiter).load(body, complete);
  if (!scanner.advance()) {
    if (!complete && body.length <= maxLength) return undefined;
    throw unfinished(scanner.openQuote !== -1, maxLength, place);
  }
  const raw = body.slice(scanner.start, scanner.end);
  const header = scanner.misplaced === -1 ? cellsOf(scanner, raw, delimiter) : undefined;
  if (!header) {
    throw new InputError(`${path}, line ${line}: unescaped quote in the header.`, place, {
      hint: 'Put quotes around whole names only, and double each quote within a name.',
    });
  }
  refuseDuplicates(header, place);
  const names = header.map((name) => name.trim());
  const lastNamed = names.findLastIndex((name) => name !== '');
  if (lastNamed === -1) throw noHeader(place);
  const rows = firstRows(new RowScanner(delimiter).load(body.slice(scanner.next), complete));
  const trailing = rowsEndWithDelimiter(rows, header);
  const named = [...names.map((name) => name !== ''), ...(trailing ? [false] : [])];
  refuseNamelessData(rows, named, place);
  const columns = names
    .filter((name) => name !== '')
    .map((name) => (isReasonsColumn(name) ? reasonsColumn : name));
  const safe = columns.includes(safeCsvColumn);
  return {
    table: safe ? { columns: columns.map(unsafeCell), raw, delimiter, safe } : { columns, raw, delimiter },
    header,
    named,
    // A row of a rejects file that was fixed may lack the cell with the reasons.
    minColumns: lastNamed + (isReasonsColumn(names[lastNamed]!) ? 0 : 1),
    plainColumn: plainColumnOf(rows.filter((cells) => cells.length === names.length)),
    line: line + countLineEnds(body.slice(0, scanner.next)),
    length: from + scanner.next,
    warnings: headerWarnings({ path, names: header, rows, trailing }),
  };
}

/** The cells of the scanner's current row. */
function cellsOf(scanner: RowScanner, raw: string, delimiter: string): string[] | undefined {
  return scanner.doubled ? parseQuotedRows([raw], delimiter)[0] : scanner.cells();
}

/** The first rows that can be parsed and are not blank. */
function firstRows(scanner: RowScanner): string[][] {
  const rows: string[][] = [];
  while (rows.length < rowsExamined && scanner.advance()) {
    if (scanner.misplaced !== -1 || scanner.doubled) continue;
    const cells = scanner.cells();
    if (cells.some((cell) => cell !== '')) rows.push(cells);
  }
  return rows;
}

/** Some programs end each row, but not the header, with a delimiter. Repeated headers are ignored. */
function rowsEndWithDelimiter(rows: readonly string[][], header: readonly string[]): boolean {
  const repeated = new RepeatedHeader(header);
  const others = rows.filter((cells) => repeated.match(cells) === undefined);
  return (
    others.length > 0 && others.every((cells) => cells.length === header.length + 1 && cells.at(-1) === '')
  );
}

function plainColumnOf(rows: readonly string[][]): number | undefined {
  if (rows.length < minRowsForPlainColumn) return undefined;
  const column = rows[0]!.findIndex((_, at) => rows.every((cells) => isPlain(cells[at])));
  return column === -1 ? undefined : column;
}

/** Whether a cell has a value without white space. */
export function isPlain(cell: string | undefined): boolean {
  return cell !== undefined && /^\S+$/.test(cell);
}

function noHeader(place: Place): InputError {
  return new InputError(`${place.file}, line ${place.line}: the header has no column names.`, place, {
    hint: 'The first line of a table must contain the column names.',
  });
}

function unfinished(quoteIsOpen: boolean, maxLength: number, place: Place): InputError {
  const where = `${place.file}, line ${place.line}`;
  return quoteIsOpen
    ? new InputError(`${where}: unclosed quote in the header.`, place, {
        hint: 'Close it, or double it within a quoted name.',
      })
    : new InputError(`${where}: the header is longer than ${lengthInWords(maxLength)}.`, place, {
        hint: 'Is this a table? If not, specify the format with --format.',
      });
}

function refuseDuplicates(names: readonly string[], place: Place): void {
  const positions = new Map<string, number[]>();
  for (const [at, name] of names.entries()) {
    const key = name.trim();
    if (key !== '') positions.set(key, [...(positions.get(key) ?? []), at + 1]);
  }
  const duplicates = [...positions].filter(([, at]) => at.length > 1);
  if (duplicates.length === 0) return;
  const list = duplicates.map(([name, at]) => `'${name}' (columns ${at.join(', ')})`).join('; ');
  throw new UsageError(`${place.file}, line ${place.line}: duplicate column names in the header: ${list}.`, {
    hint: 'Rename or remove all but one of them.',
  });
}

/**
 * The data of a column without a name would be silently lost, so such a column is refused as early as
 * possible.
 */
function refuseNamelessData(rows: readonly string[][], named: readonly boolean[], place: Place): void {
  for (const cells of rows) {
    if (cells.length !== named.length) continue;
    const nameless = cells.findIndex((cell, at) => !named[at] && cell !== '');
    if (nameless === -1) continue;
    throw new UsageError(
      `${place.file}, line ${place.line}: column ${nameless + 1} has no name but is not empty.`,
      { hint: 'Give it a name in the header, or remove the column.' },
    );
  }
}
