import { unsafeCell } from '../../contract/safe-csv.ts';
import type { SourceFile, SourceRecord } from '../source.ts';
import type { TableStart } from './header.ts';
import { parseQuotedRows } from './quoted-rows.ts';
import { RepeatedHeader } from './repeated-header.ts';
import type { RawRow, RowFaults } from './row-faults.ts';

/** A row and its cells, which are absent until csv-parse has found them. */
export interface Row extends RawRow {
  readonly cells: string[] | undefined;
}

/** Turns the rows of a table into records. */
export class TableRows {
  repeatedHeaders = 0;
  readonly #file: SourceFile;
  readonly #start: TableStart;
  readonly #faults: RowFaults;
  readonly #header: RepeatedHeader;
  readonly #allNamed: boolean;
  /** Rows with doubled quotes, which csv-parse parses together, and the rows after them. */
  #waiting: Row[] = [];

  constructor(file: SourceFile, start: TableStart, faults: RowFaults) {
    this.#file = file;
    this.#start = start;
    this.#faults = faults;
    this.#header = new RepeatedHeader(start.header);
    this.#allNamed = start.named.every(Boolean);
  }

  /** Adds a row. Without its cells, or after such a row, it becomes a record with the next `flush`. */
  add(row: Row, records: SourceRecord[]): void {
    if (this.#isBlank(row.raw)) return;
    if (row.cells && this.#waiting.length === 0) this.#push(row, row.cells, records);
    else this.#waiting.push(row);
  }

  /** Adds the rows that waited for csv-parse. */
  flush(records: SourceRecord[]): void {
    if (this.#waiting.length === 0) return;
    const rows = this.#waiting;
    this.#waiting = [];
    const doubled = rows.filter(({ cells }) => cells === undefined).map(({ raw }) => raw);
    const parsed = parseQuotedRows(doubled, this.#start.table.delimiter).values();
    for (const row of rows) {
      const cells = row.cells ?? parsed.next().value;
      if (cells) this.#push(row, cells, records);
      else records.push(this.#faults.invalidQuotes(row));
    }
  }

  #push(row: RawRow, written: string[], records: SourceRecord[]): void {
    const { named, table, minColumns } = this.#start;
    const { line, raw } = row;
    const cells = table.safe ? written.map(unsafeCell) : written;
    // A row of a rejects file whose reasons were removed.
    if (cells.length === minColumns && minColumns < table.columns.length) cells.push('');
    const header = this.#header.match(written);
    if (header === 'reordered') throw this.#faults.otherHeader(line);
    if (header === 'same') {
      this.repeatedHeaders++;
    } else if (!this.hasColumns(cells.length)) {
      records.push(this.#faults.wrongColumns(row, cells.length));
    } else if (this.#faults.isStillIncomplete(cells)) {
      records.push(this.#faults.incomplete(row, cells));
    } else if (this.#allNamed) {
      records.push({ kind: 'row', file: this.#file, line, raw, cells });
    } else {
      const stray = cells.findIndex((cell, at) => !named[at] && cell !== '');
      records.push(
        stray === -1
          ? { kind: 'row', file: this.#file, line, raw, cells: cells.filter((_, at) => named[at]) }
          : this.#faults.dataWithoutName(row, stray, cells[stray]!),
      );
    }
  }

  hasColumns(count: number): boolean {
    return count >= this.#start.minColumns && count <= this.#start.named.length;
  }

  /** Spreadsheets write rows of only delimiters. DOS programs end a file with Ctrl-Z. */
  #isBlank(raw: string): boolean {
    if (raw === '\x1a') return true;
    const delimiter = this.#start.table.delimiter.charCodeAt(0);
    for (let at = 0; at < raw.length; at++) if (raw.charCodeAt(at) !== delimiter) return false;
    return true;
  }
}
