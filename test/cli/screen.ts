import stringWidth from 'string-width';

/** An escape sequence: CSI with its parameters, or any other. */
const control = /^\u001b(?:\[([?\d;]*)([A-Za-z])|.)/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The contents of a terminal's screen; knows the codes that a progress line uses. */
export class Screen {
  cursorHidden = false;
  #columns: number;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  #rest = '';

  constructor(columns: number) {
    this.#columns = columns > 0 ? columns : 80;
  }

  /** Changes the number of columns; existing text stays where it is. */
  resize(columns: number): void {
    this.#columns = columns;
  }

  /** The lines from the top, including those scrolled off, without empty ones at the end. */
  get text(): string {
    const lines = this.#lines.map((cells) =>
      Array.from(cells, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
    return lines.join('\n').trimEnd();
  }

  write(data: string): void {
    let text = this.#rest + data;
    this.#rest = '';
    while (text !== '') {
      if (text.startsWith('\u001b')) {
        const match = control.exec(text);
        if (!match) {
          this.#rest = text;
          return;
        }
        this.#apply(match[1] ?? '', match[2] ?? '');
        text = text.slice(match[0].length);
        continue;
      }
      const end = text.search(/[\u0000-\u001f]/);
      if (end === 0) {
        this.#single(text[0]!);
        text = text.slice(1);
        continue;
      }
      const plain = end < 0 ? text : text.slice(0, end);
      for (const { segment } of graphemes.segment(plain)) this.#put(segment);
      text = text.slice(plain.length);
    }
  }

  #single(character: string): void {
    if (character === '\r') this.#column = 0;
    if (character === '\n') this.#down();
    if (character === '\b') this.#column = Math.max(0, this.#column - 1);
  }

  #put(grapheme: string): void {
    const width = stringWidth(grapheme);
    if (this.#column + width > this.#columns) {
      this.#column = 0;
      this.#down();
    }
    const line = this.#lines[this.#row]!;
    line[this.#column] = grapheme;
    if (width === 2) line[this.#column + 1] = '';
    this.#column += width;
  }

  #down(): void {
    this.#row++;
    this.#lines[this.#row] ??= [];
  }

  #apply(parameters: string, code: string): void {
    const [first] = parameters.split(';');
    const n = Number(first) || 1;
    switch (code) {
      case 'A':
        this.#row = Math.max(0, this.#row - n);
        break;
      case 'B':
        this.#row = Math.min(this.#lines.length - 1, this.#row + n);
        break;
      case 'C':
        this.#column = Math.min(this.#columns - 1, this.#column + n);
        break;
      case 'D':
        this.#column = Math.max(0, this.#column - n);
        break;
      case 'G':
        this.#column = n - 1;
        break;
      case 'J':
        this.#lines = this.#lines.slice(0, this.#row + 1);
        this.#lines[this.#row]!.length = Math.min(this.#lines[this.#row]!.length, this.#column);
        break;
      case 'K':
        this.#erase(first ?? '');
        break;
      case 'h':
      case 'l':
        if (parameters === '?25') this.cursorHidden = code === 'l';
        break;
    }
  }

  #erase(mode: string): void {
    const line = this.#lines[this.#row]!;
    if (mode === '2') this.#lines[this.#row] = [];
    else if (mode === '1') line.fill(' ', 0, this.#column + 1);
    else line.length = Math.min(line.length, this.#column);
  }
}
