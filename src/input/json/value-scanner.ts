const quote = 0x22;
const backslash = 0x5c;

/** Values that are nested deeper are refused, because later stages walk them by recursion. */
export const maxDepth = 1000;

/** Finds where a JSON value ends, by its brackets and quotes alone; JSON.parse checks the rest of it. */
export class ValueScanner {
  /** Index after the value. */
  end = 0;
  /** The maxDepth nesting of brackets in the value. */
  depth = 0;
  /** Colons outside strings: in valid JSON, the number of keys. */
  keys = 0;
  /** Index of a closing bracket that does not match the opening one; -1 if there is none. */
  mismatch = -1;
  readonly #open = new Uint8Array(maxDepth + 1);

  /** Scans the object or array that starts at `from`; false if the text ends within it or a bracket does not match. */
  scan(text: string, from: number): boolean {
    const { length } = text;
    let depth = 0;
    this.depth = 0;
    this.keys = 0;
    this.mismatch = -1;
    for (let at = from; at < length; at++) {
      switch (text.charCodeAt(at)) {
        case quote:
          at = closingQuote(text, at);
          if (at === -1) return false;
          break;
        case 0x3a:
          this.keys++;
          break;
        case 0x7b:
        case 0x5b:
          depth++;
          if (depth > this.depth) this.depth = depth;
          if (depth <= maxDepth) this.#open[depth] = text.charCodeAt(at);
          break;
        case 0x7d:
        case 0x5d:
          // In ASCII a closing bracket comes two after its opening one.
          if (depth <= maxDepth && this.#open[depth] !== text.charCodeAt(at) - 2) {
            this.mismatch = at;
            return false;
          }
          depth--;
          if (depth === 0) {
            this.end = at + 1;
            return true;
          }
      }
    }
    return false;
  }
}

/** The index of the quote that closes the string opened at `open`, or -1. */
export function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return -1;
}

/** The first index at or after `from` that is not JSON white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}
