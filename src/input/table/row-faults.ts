import { reasonsColumn } from '../../contract/rejects-keys.ts';
import { InputError } from '../../errors.ts';
import { pluralize } from '../../text.ts';
import { lengthInWords } from '../record-parser.ts';
import type { FaultyRecord, SourceFile } from '../source.ts';
import { countLineEnds } from '../text/line-ends.ts';
import type { TableStart } from './header.ts';

/** The text of a row. */
export interface RawRow {
  readonly line: number;
  readonly raw: string;
}

/** The position of a quote: its index in the row, and its cell. */
export interface QuotePosition {
  readonly at: number;
  readonly cell: number;
}

/** Describes the faults of rows. */
export class RowFaults {
  readonly #file: SourceFile;
  readonly #start: TableStart;

  constructor(file: SourceFile, start: TableStart) {
    this.#file = file;
    this.#start = start;
  }

  wrongColumns(row: RawRow, count: number): FaultyRecord {
    const { minColumns, table } = this.#start;
    const reasons = count > minColumns && table.columns.at(-1) === reasonsColumn ? 1 : 0;
    return this.#faulty(row, {
      reason: `expected ${pluralize(minColumns, 'column')}`,
      found: `${count - reasons}`,
      hint:
        count > minColumns
          ? 'Does a value that is not in quotes contain the delimiter?'
          : 'Does a value that is not in quotes contain a line break, or is the line incomplete?',
    });
  }

  /** For a row of a rejects file that still lacks the same cells: see `isStillIncomplete`. */
  incomplete(row: RawRow, cells: readonly string[]): FaultyRecord {
    return this.#faulty(row, {
      reason: `expected ${pluralize(this.#start.minColumns, 'column')}`,
      found: `${omittedFrom(cells)}`,
      hint: `Fill in the missing cells, or clear the column ${reasonsColumn} to upload the row as is.`,
    });
  }

  /** Whether the reason of a row is that cells are missing, and those cells are still empty. */
  isStillIncomplete(cells: readonly string[]): boolean {
    if (this.#start.table.columns.at(-1) !== reasonsColumn) return false;
    const from = omittedFrom(cells);
    return from < cells.length - 1 && cells.slice(from, -1).every((cell) => cell === '');
  }

  dataWithoutName(row: RawRow, at: number, cell: string): FaultyRecord {
    return this.#faulty(row, {
      reason: `column ${at + 1} has no name but is not empty`,
      found: JSON.stringify(shortened(cell)),
      hint: 'Give the column a name in the header.',
    });
  }

  misplacedQuote(row: RawRow, position: QuotePosition): FaultyRecord {
    const { at } = position;
    const what =
      row.raw[at] === '"'
        ? 'a quote in a cell that does not start with one'
        : `${JSON.stringify(shortened(row.raw.slice(at)))} after the closing quote`;
    return this.#faulty(row, {
      reason: 'unescaped quote',
      found: `${what}, ${this.#place(row, position)}`,
      hint: 'Put the cell in quotes, and double each quote within it: "5"" pipe".',
    });
  }

  /** For a row that was ended at the end of a line, because other rows seem to follow. */
  unclosedQuote(row: RawRow, position: QuotePosition): FaultyRecord {
    return this.#faulty(row, {
      reason: 'unclosed quote',
      found: `a quote that is still open at the end of the line, ${this.#place(row, position)}`,
      hint: 'Close it, or double it within a quoted cell. The next lines were read as rows of their own.',
    });
  }

  invalidQuotes(row: RawRow): FaultyRecord {
    return this.#faulty(row, { reason: 'expected quotes as in RFC 4180' });
  }

  /** For a quote after which nothing can be read, because nothing after it looks like a row. */
  neverClosed({ line, raw }: RawRow, { at, cell }: QuotePosition): InputError {
    return this.#error(
      line + countLineEnds(raw.slice(0, at)),
      `unclosed quote in column ${this.#columnName(cell)}`,
      'Close it, or double it within a quoted cell. If that part looks right, the file is incomplete: export it again.',
    );
  }

  otherHeader(line: number): InputError {
    return this.#error(
      line,
      'the columns of the header are repeated in another order',
      'Concatenate only files with the same columns in the same order, or pass each file by its name.',
    );
  }

  tooLong(line: number, maxLength: number): InputError {
    return this.#error(
      line,
      `the row that starts here is longer than ${lengthInWords(maxLength)}`,
      'Is this a table, with a line end after each row?',
    );
  }

  #faulty({ line, raw }: RawRow, fault: { reason: string; found?: string; hint?: string }): FaultyRecord {
    const joinedLines = countLineEnds(raw);
    return {
      ...{ kind: 'faulty', file: this.#file, line, raw },
      ...(joinedLines > 0 ? { joinedLines } : {}),
      ...fault,
    };
  }

  #error(line: number, what: string, hint: string): InputError {
    const file = this.#file.path;
    return new InputError(`${file}, line ${line}: ${what}.`, { file, line }, { hint });
  }

  #place({ line, raw }: RawRow, { at, cell }: QuotePosition): string {
    const lines = countLineEnds(raw.slice(0, at));
    return `column ${this.#columnName(cell)}${lines > 0 ? `, on line ${line + lines}` : ''}`;
  }

  #columnName(cell: number): string {
    const { named, table } = this.#start;
    const name = named[cell] ? table.columns[named.slice(0, cell).filter(Boolean).length] : undefined;
    return name === undefined ? `${cell + 1}` : `'${name}'`;
  }
}

/**
 * The number of cells that a row of a rejects file had according to its reason; Infinity if that is not its
 * reason.
 */
function omittedFrom(cells: readonly string[]): number {
  const found = /^expected \d+ columns?, found (\d+)$/.exec(cells.at(-1) ?? '')?.[1];
  return found === undefined ? Number.POSITIVE_INFINITY : Number(found);
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
