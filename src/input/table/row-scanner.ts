import { NextIndex } from '../text/line-ends.ts';

/**
 * Finds where the rows of a table start and end. A quote opens only at the start of a cell, two quotes within one are a
 * quote, and LF, CR and CRLF end a row outside quotes.
 */
export class RowScanner {
  /** The row that `advance` found: `text.slice(start, end)`. */
  start = 0;
  end = 0;
  /** The row holds a quote character. */
  quoted = false;
  /** Where the first quote stands that neither opens nor closes a cell, or what follows one that closed; -1 when all is well. */
  misplaced = -1;
  /** Where the quote stands that is open at the end of the text, and in which cell of the row; -1 when none is. */
  openQuote = -1;
  /** The cell, from 0, that `misplaced` or `openQuote` is about. */
  cell = 0;
  /** Within a cell in quotes stands a quote, written twice. */
  doubled = false;

  readonly #delimiter: string;
  readonly #patience: number;
  readonly #lf = new NextIndex('\n');
  readonly #cr = new NextIndex('\r');
  readonly #quote = new NextIndex('"');
  readonly #nextDelimiter: NextIndex;
  /** Where the text of each cell of a quoted row starts and ends, in pairs. */
  #cuts: number[] = [];
  #text = '';
  #last = false;
  #next = 0;

  /** Beyond `patience` characters, a quote in a row that is faulty already is no longer waited for to close. */
  constructor(delimiter: string, patience = Number.POSITIVE_INFINITY) {
    this.#delimiter = delimiter;
    this.#patience = patience;
    this.#nextDelimiter = new NextIndex(delimiter);
  }

  /** The text to be scanned from its start; `last` when nothing follows it. */
  load(text: string, last: boolean): void {
    this.#text = text;
    this.#last = last;
    this.#next = 0;
    this.openQuote = -1;
    for (const index of [this.#lf, this.#cr, this.#quote, this.#nextDelimiter]) index.load(text);
  }

  /** Where the next row starts. */
  get next(): number {
    return this.#next;
  }

  /** Moves to the next row; false when the text holds no further complete one. */
  advance(): boolean {
    const start = this.#next;
    if (start >= this.#text.length) return false;
    const end = this.#lineEnd(start);
    this.start = start;
    this.misplaced = -1;
    this.doubled = false;
    this.quoted = this.#quote.from(start) < (end === -1 ? this.#text.length : end);
    this.end = this.quoted ? this.#quotedRowEnd(start) : end;
    if (this.end === -1) return false;
    this.#next = this.#afterLineEnd(this.end);
    return true;
  }

  /** The cells of a row in which no quote is misplaced or doubled. */
  cells(): string[] {
    if (!this.quoted) return this.#text.slice(this.start, this.end).split(this.#delimiter);
    const cells: string[] = [];
    for (let cut = 0; cut < this.#cuts.length; cut += 2) {
      cells.push(this.#text.slice(this.#cuts[cut], this.#cuts[cut + 1]));
    }
    return cells;
  }

  #quotedRowEnd(start: number): number {
    this.#cuts = [];
    let at = start;
    for (let cell = 0; ; cell++) {
      if (this.misplaced === -1) this.cell = cell;
      const after = this.#text[at] === '"' ? this.#afterQuotes(at) : this.#afterPlainCell(at);
      if (after === -1 || this.#text[after] !== this.#delimiter) return after;
      at = after + 1;
    }
  }

  /** Where a quoted cell ends, at a delimiter or the end of the row; -1 when the text does not tell. */
  #afterQuotes(open: number): number {
    const close = this.#closingQuote(open);
    if (close !== -1) {
      const after = close + 1;
      this.#cuts.push(open + 1, close);
      if (this.#endsCell(after)) return after;
      if (after === this.#text.length) return this.#last ? after : -1;
      if (this.misplaced === -1) {
        this.misplaced = after;
        return this.#junkEnd(after);
      }
    } else if (this.misplaced === -1 || this.#mayStillClose()) {
      this.openQuote = open;
      return -1;
    }
    // In a row that has a stray quote, one that does not close as it should is a stray too: it opens nothing.
    return this.#junkEnd(open);
  }

  #closingQuote(open: number): number {
    for (let at = open + 1; ; at += 2) {
      const quote = this.#quote.from(at);
      if (quote === Number.POSITIVE_INFINITY) return -1;
      if (this.#text[quote + 1] !== '"') return quote;
      this.doubled = true;
      at = quote;
    }
  }

  #mayStillClose(): boolean {
    return !this.#last && this.#text.length - this.start <= this.#patience;
  }

  #endsCell(at: number): boolean {
    const character = this.#text[at];
    return (
      character === this.#delimiter || character === '\n' || (character === '\r' && this.#lineEnd(at) === at)
    );
  }

  #afterPlainCell(start: number): number {
    const end = this.#junkEnd(start);
    this.#cuts.push(start, end);
    const quote = this.#quote.from(start);
    if (quote < (end === -1 ? this.#text.length : end) && this.misplaced === -1) this.misplaced = quote;
    return end;
  }

  /** Where a cell ends that no quotes hold together. */
  #junkEnd(from: number): number {
    const line = this.#lineEnd(from);
    const end = Math.min(this.#nextDelimiter.from(from), line === -1 ? Number.POSITIVE_INFINITY : line);
    return end === Number.POSITIVE_INFINITY ? -1 : end;
  }

  /** Where the line ends that holds `from`: at its CR or LF, or at the end of the last text; -1 when the text does not tell. */
  #lineEnd(from: number): number {
    const end = Math.min(this.#lf.from(from), this.#cr.from(from));
    if (end === Number.POSITIVE_INFINITY) return this.#last ? this.#text.length : -1;
    // An LF may follow a CR at the end of this text, and belongs to it.
    if (end === this.#text.length - 1 && !this.#last && this.#text[end] === '\r') return -1;
    return end;
  }

  #afterLineEnd(end: number): number {
    return this.#text[end] === '\r' && this.#text[end + 1] === '\n' ? end + 2 : end + 1;
  }
}
