/** Finds the next occurrence of one character in a text, and remembers it to avoid searching twice. */
export class NextIndex {
  readonly #character: string;
  #text = '';
  /** The last result, and the index from which it was searched. */
  #found = -1;
  #searched = 0;

  constructor(character: string) {
    this.#character = character;
  }

  load(text: string): void {
    this.#text = text;
    this.#found = -1;
  }

  /** The index of the character at or after `from`, or Infinity. */
  from(from: number): number {
    if (this.#found < from || from < this.#searched) {
      const index = this.#text.indexOf(this.#character, from);
      this.#searched = from;
      this.#found = index === -1 ? Number.POSITIVE_INFINITY : index;
    }
    return this.#found;
  }
}

/** Counts the line ends in a text: LF, CR and CRLF each count as one. */
export function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 0x0a) count++;
  }
  return count;
}

/** Counts the lines of a text that arrives in pieces; a CRLF may be split between two. */
export class LineCounter {
  #ends = 0;
  #afterCr = false;

  /** The line of the next character, from 1. */
  get line(): number {
    return this.#ends + 1;
  }

  add(text: string): void {
    if (text === '') return;
    this.#ends += countLineEnds(text);
    if (this.#afterCr && text.startsWith('\n')) this.#ends--;
    this.#afterCr = text.endsWith('\r');
  }
}
