/** Where one character next stands in a text; asks the text again only where the last answer does not hold. */
export class NextIndex {
  readonly #character: string;
  #text = '';
  /** The answer, and the index from which it was asked for. */
  #found = -1;
  #asked = 0;

  constructor(character: string) {
    this.#character = character;
  }

  load(text: string): void {
    this.#text = text;
    this.#found = -1;
  }

  /** The index of the character at or after `from`, or Infinity. */
  from(from: number): number {
    if (this.#found < from || from < this.#asked) {
      const index = this.#text.indexOf(this.#character, from);
      this.#asked = from;
      this.#found = index === -1 ? Number.POSITIVE_INFINITY : index;
    }
    return this.#found;
  }
}

/** How many lines end within a text: LF, CR and CRLF each end one. */
export function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 0x0a) count++;
  }
  return count;
}

/** Counts the lines of a text that comes in pieces, a CRLF between two of them included. */
export class LineCounter {
  #ends = 0;
  #afterCr = false;

  /** The line that the next character stands on, from 1. */
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
