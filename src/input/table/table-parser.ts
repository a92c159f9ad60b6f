import { unsafeCell } from '../../contract/safe-csv.ts';
import { InputError } from '../../errors.ts';
import { pluralize } from '../../text.ts';
import { type Limits, lengthInWords, type RecordParser } from '../record-parser.ts';
import type { FaultyRecord, SourceFile, SourceRecord, Table } from '../source.ts';
import { countLineEnds } from '../text/line-ends.ts';
import { parseQuotedRows } from './quoted-rows.ts';
import { RowScanner } from './row-scanner.ts';

/** What is known of a table when its first row is read. */
export interface TableStart {
  readonly table: Table;
  /** For each cell of a row, whether its column has a name; a cell without one must be empty. */
  readonly named: readonly boolean[];
  /** The line on which the text after the header starts, from 1. */
  readonly line: number;
}

interface Row {
  readonly line: number;
  readonly raw: string;
  /** Absent while csv-parse is still to find them. */
  readonly cells: string[] | undefined;
}

/** Reads the rows of a CSV or TSV file after its header. A row that cannot be read costs only itself. */
export class TableParser implements RecordParser {
  readonly #file: SourceFile;
  readonly #start: TableStart;
  readonly #limits: Limits;
  readonly #scanner: RowScanner;
  readonly #allNamed: boolean;
  #rest = '';
  #line: number;
  /** Rows with doubled quotes, which go to csv-parse together, and those that follow them. */
  #waiting: Row[] = [];

  constructor(file: SourceFile, start: TableStart, limits: Limits) {
    this.#file = file;
    this.#start = start;
    this.#limits = limits;
    this.#scanner = new RowScanner(start.table.delimiter, limits.recordLength);
    this.#allNamed = start.named.every(Boolean);
    this.#line = start.line;
  }

  push(text: string, records: SourceRecord[]): void {
    this.#read(this.#rest + text, false, records);
    if (this.#rest.length > this.#limits.recordLength) {
      throw this.#scanner.openQuote === -1 ? this.#tooLong() : this.#neverClosed();
    }
  }

  end(records: SourceRecord[]): void {
    this.#read(this.#rest, true, records);
    if (this.#scanner.openQuote !== -1) throw this.#neverClosed();
  }

  #read(text: string, last: boolean, records: SourceRecord[]): void {
    const scanner = this.#scanner;
    scanner.load(text, last);
    while (scanner.advance()) {
      const { start, end } = scanner;
      if (end - start > this.#limits.recordLength) {
        this.#flush(records);
        throw this.#tooLong();
      }
      const raw = text.slice(start, end);
      if (scanner.misplaced !== -1) {
        this.#flush(records);
        records.push(this.#misplacedQuote(raw));
      } else if (end > start) {
        const cells = scanner.doubled ? undefined : scanner.cells();
        if (cells && this.#waiting.length === 0) records.push(this.#row(this.#line, raw, cells));
        else this.#waiting.push({ line: this.#line, raw, cells });
      }
      this.#line += scanner.quoted ? countLineEnds(raw) + 1 : 1;
    }
    this.#flush(records);
    this.#rest = text.slice(scanner.next);
  }

  #flush(records: SourceRecord[]): void {
    if (this.#waiting.length === 0) return;
    const rows = this.#waiting;
    this.#waiting = [];
    const doubled = rows.filter(({ cells }) => cells === undefined).map(({ raw }) => raw);
    const parsed = parseQuotedRows(doubled, this.#start.table.delimiter).values();
    for (const { line, raw, cells = parsed.next().value } of rows) {
      records.push(
        cells
          ? this.#row(line, raw, cells)
          : this.#faulty(line, raw, { reason: 'expected quotes as in RFC 4180' }),
      );
    }
  }

  #row(line: number, raw: string, written: string[]): SourceRecord {
    const { named, table } = this.#start;
    const cells = table.safe ? written.map(unsafeCell) : written;
    if (cells.length !== named.length) {
      return this.#faulty(line, raw, {
        reason: `expected ${pluralize(named.length, 'column')}`,
        found: `${cells.length}`,
        hint:
          cells.length > named.length
            ? 'Does a value that is not in quotes contain the delimiter?'
            : 'Does a value that is not in quotes contain a line break, or is the line incomplete?',
      });
    }
    if (this.#allNamed) return { kind: 'row', file: this.#file, line, raw, cells };
    const stray = cells.findIndex((cell, at) => !named[at] && cell !== '');
    if (stray !== -1) {
      return this.#faulty(line, raw, {
        reason: `column ${stray + 1} has no name but is not empty`,
        found: JSON.stringify(shortened(cells[stray]!)),
        hint: 'Give the column a name in the header.',
      });
    }
    return { kind: 'row', file: this.#file, line, raw, cells: cells.filter((_, at) => named[at]) };
  }

  #misplacedQuote(raw: string): FaultyRecord {
    const at = this.#scanner.misplaced - this.#scanner.start;
    const column = this.#columnName(this.#scanner.cell);
    const open = raw[at] !== '"';
    const lines = countLineEnds(raw.slice(0, at));
    const before = open
      ? `${JSON.stringify(shortened(raw.slice(at)))} after the closing quote`
      : 'a quote in a cell that does not start with one';
    const line = lines > 0 ? `, in line ${this.#line + lines}` : '';
    return this.#faulty(this.#line, raw, {
      reason: 'unescaped quote',
      found: `${before}, column ${column}${line}`,
      hint: 'Put the cell in quotes, and double each quote within it: "5"" pipe".',
    });
  }

  #faulty(line: number, raw: string, fault: { reason: string; found?: string; hint?: string }): FaultyRecord {
    return { kind: 'faulty', file: this.#file, line, raw, ...fault };
  }

  #neverClosed(): InputError {
    const { openQuote, next, cell } = this.#scanner;
    const line = this.#line + countLineEnds(this.#rest.slice(0, openQuote - next));
    const path = this.#file.path;
    return new InputError(
      `${path}, line ${line}: a quote opened in line ${line}, column ${this.#columnName(cell)}, is never closed.`,
      { file: path, line },
      {
        hint: 'Close it, or double it within a quoted cell. If that part looks right, the file is incomplete: export it again.',
      },
    );
  }

  #tooLong(): InputError {
    const path = this.#file.path;
    return new InputError(
      `${path}, line ${this.#line}: the row that starts here is longer than ${lengthInWords(this.#limits.recordLength)}.`,
      { file: path, line: this.#line },
      { hint: 'Is this a table, with a line end after each row?' },
    );
  }

  #columnName(cell: number): string {
    const { named, table } = this.#start;
    const name = named[cell] ? table.columns[named.slice(0, cell).filter(Boolean).length] : undefined;
    return name === undefined ? `${cell + 1}` : `'${name}'`;
  }
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
