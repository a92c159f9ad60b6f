import { NextIndex } from '../text/line-ends.ts';

/**
 * Finds where the rows of a table start and end. A quote opens only at the start of a cell, two quotes within
 * a quoted cell are one, and LF, CR and CRLF end a row outside quotes.
 */
export class RowScanner {
  /** The row that `advance` found: `text.slice(start, end)`. */
  start = 0;
  end = 0;
  /** The row contains a quote. */
  quoted = false;
  /** A quoted cell contains a quote, doubled. */
  doubled = false;
  /**
   * Index of the first quote that neither opens nor closes a cell, or of text after a closing quote; -1 if
   * none.
   */
  misplaced = -1;
  /** Index of an unclosed quote; -1 if none. */
  openQuote = -1;
  /** The cell, from 0, that contains `misplaced` or `openQuote`. */
  cell = 0;
  /** A byte order mark before the row, as in concatenated files, was skipped. */
  afterMark = false;
  /** A quote that is still open this far into a row, and after its own line, counts as unclosed. */
  maxLength = Number.POSITIVE_INFINITY;

  readonly #delimiter: string;
  readonly #lf = new NextIndex('\n');
  readonly #cr = new NextIndex('\r');
  readonly #quote = new NextIndex('"');
  readonly #nextDelimiter: NextIndex;
  /** Start and end of the text of each cell of a quoted row, in pairs. */
  #cuts: number[] = [];
  /**
   * Index of the opening quote of the cell that contains `misplaced`; -1 if the cell does not start with a
   * quote.
   */
  #misplacedOpen = -1;
  #text = '';
  #last = false;
  #next = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#nextDelimiter = new NextIndex(delimiter);
  }

  /** Starts at the beginning of a text. `last`: nothing follows it. */
  load(text: string, last: boolean): this {
    this.#text = text;
    this.#last = last;
    this.#next = 0;
    this.openQuote = -1;
    for (const index of [this.#lf, this.#cr, this.#quote, this.#nextDelimiter]) index.load(text);
    return this;
  }

  /** Where the next row starts. */
  get next(): number {
    return this.#next;
  }

  /** Moves to the next row; false if the text contains no other complete row. */
  advance(): boolean {
    if (this.#next >= this.#text.length) return false;
    this.afterMark = this.#text.charCodeAt(this.#next) === 0xfeff;
    const start = this.afterMark ? this.#next + 1 : this.#next;
    const end = this.#lineEnd(start);
    this.start = start;
    this.misplaced = this.#misplacedOpen = this.openQuote = -1;
    this.doubled = false;
    this.quoted = this.#quote.from(start) < (end === -1 ? this.#text.length : end);
    this.end = this.quoted ? this.#quotedRowEnd(start) : end;
    if (this.end === -1) return false;
    this.#next = this.#afterLineEnd(this.end);
    return true;
  }

  /** The quoted cell of a faulty or incomplete row that most likely lacks its closing quote. */
  suspect(): { readonly open: number; readonly cell: number } {
    const { cell } = this;
    if (this.openQuote !== -1) return { open: this.openQuote, cell };
    if (this.#misplacedOpen !== -1) return { open: this.#misplacedOpen, cell };
    const lineEnd = this.#lineEnd(this.start);
    const cut = this.#cuts.findIndex((at, index) => index % 2 === 1 && at > lineEnd);
    return cut === -1 ? { open: this.start, cell: 0 } : { open: this.#cuts[cut - 1]! - 1, cell: cut >> 1 };
  }

  /** Where the line after that of `at` starts; -1 if more text is needed. */
  nextLine(at: number): number {
    const end = this.#lineEnd(at);
    return end === -1 ? -1 : this.#afterLineEnd(end);
  }

  /** Ends the current row, complete or not, with the line of `at`. */
  endWithLine(at: number): void {
    this.end = this.#lineEnd(at);
    this.#next = this.#afterLineEnd(this.end);
  }

  get cellCount(): number {
    return this.#cuts.length >> 1;
  }

  /** The cells of a row without misplaced or doubled quotes. */
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

  /** Where a quoted cell ends, at a delimiter or the end of the row; -1 if more text is needed. */
  #afterQuotes(open: number): number {
    const close = this.#closingQuote(open);
    if (close !== -1) {
      const after = close + 1;
      this.#cuts.push(open + 1, close);
      if (this.#endsCell(after)) return after;
      if (after === this.#text.length) return this.#last ? after : -1;
      if (this.misplaced === -1) {
        this.misplaced = after;
        this.#misplacedOpen = open;
        return this.#unquotedEnd(after);
      }
    } else if (this.misplaced === -1 || this.#mayStillClose()) {
      this.openQuote = open;
      return -1;
    }
    // In a row with a misplaced quote, a quote that is not closed properly is misplaced too and opens no
    // cell.
    return this.#unquotedEnd(open);
  }

  #closingQuote(open: number): number {
    for (let at = open + 1; ; at += 2) {
      const quote = this.#quote.from(at);
      if (quote === Number.POSITIVE_INFINITY) return -1;
      if (quote - this.start > this.maxLength && quote > this.#lineEnd(open)) return -1;
      if (this.#text[quote + 1] !== '"') return quote;
      this.doubled = true;
      at = quote;
    }
  }

  #mayStillClose(): boolean {
    return !this.#last && this.#text.length - this.start <= this.maxLength;
  }

  #endsCell(at: number): boolean {
    const character = this.#text[at];
    return (
      character === this.#delimiter || character === '\n' || (character === '\r' && this.#lineEnd(at) === at)
    );
  }

  #afterPlainCell(start: number): number {
    const end = this.#unquotedEnd(start);
    this.#cuts.push(start, end);
    const quote = this.#quote.from(start);
    if (quote < (end === -1 ? this.#text.length : end) && this.misplaced === -1) this.misplaced = quote;
    return end;
  }

  #unquotedEnd(from: number): number {
    const line = this.#lineEnd(from);
    const end = Math.min(this.#nextDelimiter.from(from), line === -1 ? Number.POSITIVE_INFINITY : line);
    return end === Number.POSITIVE_INFINITY ? -1 : end;
  }

  /** The end of the line of `from`: its CR or LF, or the end of the last text; -1 if more is needed. */
  #lineEnd(from: number): number {
    const end = Math.min(this.#lf.from(from), this.#cr.from(from));
    if (end === Number.POSITIVE_INFINITY) return this.#last ? this.#text.length : -1;
    // An LF at the start of the next text would belong to this CR.
    if (end === this.#text.length - 1 && !this.#last && this.#text[end] === '\r') return -1;
    return end;
  }

  #afterLineEnd(end: number): number {
    return this.#text[end] === '\r' && this.#text[end + 1] === '\n' ? end + 2 : end + 1;
  }
}
