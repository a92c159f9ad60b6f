import { closingQuote } from '../../contract/json-text.ts';

const quote = 0x22;

/** Values that are nested more deeply are refused, because later stages traverse them recursively. */
export const maxDepth = 1000;

/** Finds the end of a JSON value by its brackets and quotes alone. JSON.parse checks the rest. */
export class ValueScanner {
  /** Index after the value. */
  end = 0;
  /** The deepest nesting of brackets in the value. */
  depth = 0;
  /** Colons outside strings: in valid JSON, the number of keys. */
  keys = 0;
  /** Index of a closing bracket that does not match the opening one; -1 if there is none. */
  mismatch = -1;
  readonly #open = new Uint8Array(maxDepth + 1);

  /**
   * Scans the object or array that starts at `from`; false if the text ends within it or a bracket does not
   * match.
   */
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
          // In ASCII, the code of a closing bracket is its opening bracket's plus two.
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

/** Index after the value at `from`; undefined if the text ends within it or a bracket does not match. */
export function valueEnd(scanner: ValueScanner, text: string, from: number): number | undefined {
  const first = text[from];
  if (first === '{' || first === '[') return scanner.scan(text, from) ? scanner.end : undefined;
  scanner.depth = scanner.keys = 0;
  scanner.mismatch = -1;
  if (first === '"') {
    const close = closingQuote(text, from);
    return close === -1 ? undefined : close + 1;
  }
  tokenEnd.lastIndex = from;
  return tokenEnd.exec(text)?.index;
}

const tokenEnd = /[\s,\]}]/g;
