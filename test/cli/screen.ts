import stringWidth from 'string-width';

/** What a sequence of control codes may look like: CSI with its parameters, or one other escape. */
const control = /^\u001b(?:\[([?\d;]*)([A-Za-z])|.)/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a terminal shows once it was written to: enough of one for the codes that a moving line takes. */
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

  /** Columns from now on; what is there is not moved. */
  resize(columns: number): void {
    this.#columns = columns;
  }

  /** The lines that hold anything, from the top, scrolled-off ones included. */
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
        this.#obey(match[1] ?? '', match[2] ?? '');
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

  #obey(parameters: string, code: string): void {
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
