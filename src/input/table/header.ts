import { InputError, UsageError } from '../../errors.ts';
import type { Table } from '../source.ts';
import { countLineEnds } from '../text/line-ends.ts';
import { detectDelimiter, namedDelimiter } from './delimiter.ts';
import { parseQuotedRows } from './quoted-rows.ts';
import { RowScanner } from './row-scanner.ts';
import type { TableStart } from './table-parser.ts';

/** A header that was read, and where the rows start after it. */
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
  /** As the user named it, or as the name of the file says. */
  readonly delimiter?: string | undefined;
}

/**
 * Reads the header of a table at the start of its text, which is not all blank.
 * Throws UsageError for names that are doubled or missing, InputError for a header that cannot be read.
 */
export function readHeader({ path, text, complete, delimiter: named }: HeaderText): Header {
  const given = named === undefined ? undefined : namedDelimiter(named);
  const declared = /^[\r\n]*"?sep=([^"\r\n])"?(?:\r\n|\n|\r|$)/i.exec(text);
  const before = declared?.[0].length ?? 0;
  const from = before + /^[\r\n]*/.exec(text.slice(before))![0].length;
  const line = countLineEnds(text.slice(0, from)) + 1;
  const place = { file: path, line };
  if (from >= text.length) throw noHeader(place);
  const body = text.slice(from);
  const delimiter = given ?? declared?.[1] ?? detectDelimiter(body, place);

  const scanner = new RowScanner(delimiter);
  scanner.load(body, complete);
  if (!scanner.advance()) throw unfinished(scanner.openQuote !== -1, place);
  const raw = body.slice(0, scanner.end);
  const names = scanner.misplaced === -1 ? cellsOf(scanner, raw, delimiter) : undefined;
  if (!names) {
    throw new InputError(`${path}, line ${line}: a quote is misplaced in the header.`, place, {
      hint: 'Put quotes around whole names only, and write a quote within a name twice.',
    });
  }
  refuseDoubles(names, place);
  const isNamed = names.map((name) => name.trim() !== '');
  if (!isNamed.includes(true)) throw noHeader(place);
  refuseNamelessData({ body: body.slice(scanner.next), complete, delimiter, named: isNamed, place });
  const table: Table = {
    columns: names.map((name) => name.trim()).filter((name) => name !== ''),
    raw,
    delimiter,
  };
  return {
    table,
    named: isNamed,
    line: line + countLineEnds(body.slice(0, scanner.next)),
    length: from + scanner.next,
    warnings: headerWarnings(path, names),
  };
}

/** Of the row that the scanner stands at. */
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
          hint: 'Close it, or write it twice within a quoted name.',
        },
      )
    : new InputError(
        `${place.file}, line ${place.line}: the header does not end within the first 64 KiB.`,
        place,
        {
          hint: 'Is this a table? Name the format with --format.',
        },
      );
}

function refuseDoubles(names: readonly string[], place: { file: string; line: number }): void {
  const positions = new Map<string, number[]>();
  for (const [at, name] of names.entries()) {
    const key = name.trim();
    if (key !== '') positions.set(key, [...(positions.get(key) ?? []), at + 1]);
  }
  const doubled = [...positions].filter(([, at]) => at.length > 1);
  if (doubled.length === 0) return;
  const list = doubled.map(([name, at]) => `'${name}' (columns ${at.join(', ')})`).join('; ');
  throw new UsageError(
    `${place.file}, line ${place.line}: the header has the same name more than once: ${list}.`,
    {
      hint: 'Rename or remove all but one of them.',
    },
  );
}

/** A nameless column that holds something would be lost in silence, so it is refused as soon as it is seen. */
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
      `${place.file}, line ${place.line}: column ${nameless + 1} has no name, but it is not empty.`,
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
    warnings.push(`${path}: white space around a name in the header was left out: ${list}.`);
  }
  if (nameless.length > 0) {
    const list = nameless.join(', ');
    warnings.push(
      `${path}: ${nameless.length === 1 ? 'a column without a name is' : 'columns without names are'} left out: ${list}.`,
    );
  }
  return warnings;
}
