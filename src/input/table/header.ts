import { safeCsvColumn, unsafeCell } from '../../contract/safe-csv.ts';
import { InputError, UsageError } from '../../errors.ts';
import type { Table } from '../source.ts';
import { countLineEnds } from '../text/line-ends.ts';
import { detectDelimiter } from './delimiter.ts';
import { parseQuotedRows } from './quoted-rows.ts';
import { RowScanner } from './row-scanner.ts';
import type { TableStart } from './table-parser.ts';

/** A parsed header, and where the rows after it start. */
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
  /** From the user, or fixed by the format. */
  readonly delimiter?: string | undefined;
}

/**
 * Reads the header of a table at the start of its text, which is not all blank.
 * Throws UsageError for duplicate or missing names, InputError for a header that cannot be parsed.
 */
export function readHeader({ path, text, complete, delimiter: given }: HeaderText): Header {
  const separatorLine = /^[\r\n]*"?sep=([^"\r\n])"?(?:\r\n|\n|\r|$)/i.exec(text);
  const before = separatorLine?.[0].length ?? 0;
  const from = before + /^[\r\n]*/.exec(text.slice(before))![0].length;
  const line = countLineEnds(text.slice(0, from)) + 1;
  const place = { file: path, line };
  if (from >= text.length) throw noHeader(place);
  const body = text.slice(from);
  const delimiter = given ?? separatorLine?.[1] ?? detectDelimiter(body, place);

  const scanner = new RowScanner(delimiter);
  scanner.load(body, complete);
  if (!scanner.advance()) throw unfinished(scanner.openQuote !== -1, place);
  const raw = body.slice(0, scanner.end);
  const names = scanner.misplaced === -1 ? cellsOf(scanner, raw, delimiter) : undefined;
  if (!names) {
    throw new InputError(`${path}, line ${line}: unescaped quote in the header.`, place, {
      hint: 'Put quotes around whole names only, and double each quote within a name.',
    });
  }
  refuseDuplicates(names, place);
  const isNamed = names.map((name) => name.trim() !== '');
  if (!isNamed.includes(true)) throw noHeader(place);
  refuseNamelessData({ body: body.slice(scanner.next), complete, delimiter, named: isNamed, place });
  const columns = names.map((name) => name.trim()).filter((name) => name !== '');
  const safe = columns.includes(safeCsvColumn);
  const table: Table = safe
    ? { columns: columns.map(unsafeCell), raw, delimiter, safe }
    : { columns, raw, delimiter };
  return {
    table,
    named: isNamed,
    line: line + countLineEnds(body.slice(0, scanner.next)),
    length: from + scanner.next,
    warnings: headerWarnings(path, names),
  };
}

/** The cells of the scanner's current row. */
function cellsOf(scanner: RowScanner, raw: string, delimiter: string): string[] | undefined {
  return scanner.doubled ? parseQuotedRows([raw], delimiter)[0] : scanner.cells();
}

function noHeader(place: { file: string; line: number }): InputError {
  return new InputError(`${place.file}, line ${place.line}: the header has no column names.`, place, {
    hint: 'The first line of a table names its columns.',
  });
}

function unfinished(quoteIsOpen: boolean, place: { file: string; line: number }): InputError {
  return quoteIsOpen
    ? new InputError(
        `${place.file}, line ${place.line}: a quote opened in the header is never closed.`,
        place,
        {
          hint: 'Close it, or double it within a quoted name.',
        },
      )
    : new InputError(
        `${place.file}, line ${place.line}: the header does not end within the first 64 KiB.`,
        place,
        {
          hint: 'Is this a table? Specify the format with --format.',
        },
      );
}

function refuseDuplicates(names: readonly string[], place: { file: string; line: number }): void {
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

/** The data of a column without a name would be lost silently, so such a column is refused as early as possible. */
function refuseNamelessData(seen: {
  body: string;
  complete: boolean;
  delimiter: string;
  named: readonly boolean[];
  place: { file: string; line: number };
}): void {
  const { body, complete, delimiter, named, place } = seen;
  if (named.every(Boolean)) return;
  const scanner = new RowScanner(delimiter);
  scanner.load(body, complete);
  for (let rows = 0; rows < 100 && scanner.advance(); rows++) {
    if (scanner.misplaced !== -1) continue;
    const cells = cellsOf(scanner, body.slice(scanner.start, scanner.end), delimiter);
    if (cells?.length !== named.length) continue;
    const nameless = cells.findIndex((cell, at) => !named[at] && cell !== '');
    if (nameless === -1) continue;
    throw new UsageError(
      `${place.file}, line ${place.line}: column ${nameless + 1} has no name but is not empty.`,
      {
        hint: 'Give it a name in the header, or remove the column.',
      },
    );
  }
}

function headerWarnings(path: string, names: readonly string[]): string[] {
  const padded = names.filter((name) => name.trim() !== '' && name !== name.trim());
  const nameless = names.flatMap((name, at) => (name.trim() === '' ? [at + 1] : []));
  const warnings: string[] = [];
  if (padded.length > 0) {
    const list = padded.map((name) => JSON.stringify(name)).join(', ');
    warnings.push(`${path}: white space around column names was removed: ${list}.`);
  }
  if (nameless.length > 0) {
    const list = nameless.join(', ');
    warnings.push(
      `${path}: ${nameless.length === 1 ? 'the column without a name was' : 'the columns without names were'} ignored: ${list}.`,
    );
  }
  return warnings;
}
