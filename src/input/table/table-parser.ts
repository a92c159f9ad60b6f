import type { Limits, RecordParser } from '../record-parser.ts';
import type { SourceFile, SourceRecord } from '../source.ts';
import { markWarnings } from '../text/byte-order-marks.ts';
import { countLineEnds } from '../text/line-ends.ts';
import { PendingText } from '../text/pending-text.ts';
import type { TableStart } from './header.ts';
import { repetitionWarnings } from './header-warnings.ts';
import { RowFaults } from './row-faults.ts';
import { RowScanner } from './row-scanner.ts';
import { lookLikeRows } from './swallowed-rows.ts';
import { TableRows } from './table-rows.ts';

/**
 * Max characters of other rows that an unclosed quote may take. After more, the next quotes may take less, so
 * that the work stays linear.
 */
const maxSwallowed = 4096;
const minQuotedLength = 2048;

/** Finds the rows of a CSV or TSV file after its header. A faulty row does not affect the others. */
export class TableParser implements RecordParser {
  readonly #file: SourceFile;
  readonly #start: TableStart;
  readonly #limits: Limits;
  readonly #faults: RowFaults;
  readonly #scanner: RowScanner;
  readonly #pending: PendingText;
  readonly #rows: TableRows;
  #line: number;
  /** Characters read before the current text. */
  #offset = 0;
  /** The end of the longest unclosed quote so far. */
  #swallowedUntil = 0;
  #byteOrderMarks = 0;

  constructor(file: SourceFile, start: TableStart, limits: Limits) {
    this.#file = file;
    this.#start = start;
    this.#limits = limits;
    this.#faults = new RowFaults(file, start);
    this.#scanner = new RowScanner(start.table.delimiter);
    this.#scanner.maxLength = limits.recordLength;
    this.#pending = new PendingText(limits.recordLength);
    this.#rows = new TableRows(file, start, this.#faults);
    this.#line = start.line;
  }

  push(text: string, records: SourceRecord[]): void {
    const pending = this.#pending.add(text);
    if (pending !== undefined) this.#read(pending, false, records);
  }

  end(records: SourceRecord[]): void {
    this.#read(this.#pending.take(), true, records);
  }

  warnings(): string[] {
    return [
      ...repetitionWarnings(this.#file.path, this.#rows.repeatedHeaders),
      ...markWarnings(this.#file.path, this.#byteOrderMarks),
    ];
  }

  #read(text: string, last: boolean, records: SourceRecord[]): void {
    const scanner = this.#scanner.load(text, last);
    for (;;) {
      if (this.#offset + scanner.next >= this.#swallowedUntil) scanner.maxLength = this.#limits.recordLength;
      const complete = scanner.advance();
      if (!complete && (scanner.next >= text.length || this.#waitsForMore(text, last))) break;
      if (this.#swallowsRows(text, complete)) this.#endSwallow(text, complete, records);
      else if (complete) this.#take(text, records);
      else throw this.#unfinished(text, records);
    }
    this.#rows.flush(records);
    this.#pending.keep(text.slice(scanner.next));
    this.#offset += scanner.next;
  }

  #waitsForMore(text: string, last: boolean): boolean {
    const { start, maxLength } = this.#scanner;
    const limit = this.#scanner.nextLine(start) === -1 ? this.#limits.recordLength : maxLength;
    return !last && text.length - start <= limit;
  }

  /** Whether a quoted cell of the current row probably contains other rows. */
  #swallowsRows(text: string, complete: boolean): boolean {
    const scanner = this.#scanner;
    if (!scanner.quoted) return false;
    if (complete && scanner.misplaced === -1 && this.#rows.hasColumns(scanner.cellCount)) return false;
    const next = scanner.nextLine(scanner.suspect().open);
    const end = complete ? scanner.end : text.length;
    if (next === -1 || next >= end) return false;
    if (!complete && scanner.maxLength < this.#limits.recordLength) return true;
    const lastIsIncomplete = !complete && !/[\r\n]$/.test(text);
    return lookLikeRows(text.slice(next, end), this.#start, lastIsIncomplete);
  }

  /**
   * Rejects the current row up to the end of the line of the unclosed quote. The lines after it are read
   * again.
   */
  #endSwallow(text: string, complete: boolean, records: SourceRecord[]): void {
    const scanner = this.#scanner;
    const { open, cell } = scanner.suspect();
    const swallowedTo = complete ? scanner.end : text.length;
    scanner.endWithLine(open);
    const swallowed = swallowedTo - scanner.next;
    if (swallowed > maxSwallowed) {
      scanner.maxLength = Math.max(minQuotedLength, Math.min(scanner.maxLength, swallowed) / 2);
      this.#swallowedUntil = Math.max(this.#swallowedUntil, this.#offset + swallowedTo);
    }
    const row = { line: this.#line, raw: text.slice(scanner.start, scanner.end) };
    this.#rows.flush(records);
    records.push(this.#faults.unclosedQuote(row, { at: open - scanner.start, cell }));
    this.#line += countLineEnds(row.raw) + 1;
  }

  /** Takes the complete row that the scanner is at. */
  #take(text: string, records: SourceRecord[]): void {
    const scanner = this.#scanner;
    const { start, end } = scanner;
    if (end - start > this.#limits.recordLength) throw this.#tooLong(records);
    const line = this.#line;
    const raw = text.slice(start, end);
    if (scanner.afterMark) this.#byteOrderMarks++;
    if (scanner.misplaced !== -1) {
      this.#rows.flush(records);
      const position = { at: scanner.misplaced - start, cell: scanner.cell };
      records.push(this.#faults.misplacedQuote({ line, raw }, position));
    } else {
      this.#rows.add({ line, raw, cells: scanner.doubled ? undefined : scanner.cells() }, records);
    }
    this.#line += scanner.quoted ? countLineEnds(raw) + 1 : 1;
  }

  /** The error for a row that does not end and contains no other rows. */
  #unfinished(text: string, records: SourceRecord[]): Error {
    const { start, openQuote, cell } = this.#scanner;
    if (openQuote === -1) return this.#tooLong(records);
    this.#rows.flush(records);
    return this.#faults.neverClosed(
      { line: this.#line, raw: text.slice(start) },
      { at: openQuote - start, cell },
    );
  }

  #tooLong(records: SourceRecord[]): Error {
    this.#rows.flush(records);
    return this.#faults.tooLong(this.#line, this.#limits.recordLength);
  }
}
