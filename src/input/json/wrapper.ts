import { closingQuote, skipSpace } from '../../contract/json-text.ts';
import { ValueScanner } from './value-scanner.ts';

/** What the top-level object of a document is. */
export type Top =
  /** An object with a list of records under `data`; `at` is the index after the list's opening bracket. */
  | { readonly kind: 'wrapper'; readonly at: number }
  /** A record itself. */
  | { readonly kind: 'record' }
  /** More text is needed. */
  | { readonly kind: 'unknown' };

/** Distinguishes `{"data": [{…}, …]}` from a record, given the text from its opening brace on. Faults are found later. */
export function lookAtTop(text: string): Top {
  const scanner = new ValueScanner();
  let at = 1;
  let isRecord = false;
  for (;;) {
    at = skipSpace(text, at);
    if (at >= text.length) return { kind: 'unknown' };
    if (text[at] !== '"') return { kind: 'record' };
    const keyEnd = closingQuote(text, at);
    if (keyEnd === -1) return { kind: 'unknown' };
    const key = text.slice(at + 1, keyEnd);
    at = skipSpace(text, keyEnd + 1);
    if (at >= text.length) return { kind: 'unknown' };
    if (text[at] !== ':') return { kind: 'record' };
    at = skipSpace(text, at + 1);
    if (at >= text.length) return { kind: 'unknown' };
    // A user has an id; a wrapper around users does not.
    isRecord ||= key === 'user_id';
    if (key === 'data' && text[at] === '[' && !isRecord) {
      const first = skipSpace(text, at + 1);
      if (first >= text.length) return { kind: 'unknown' };
      if (text[first] === '{' || text[first] === ']') return { kind: 'wrapper', at: at + 1 };
    }
    const end = valueEnd(scanner, text, at);
    if (end === undefined) return scanner.mismatch === -1 ? { kind: 'unknown' } : { kind: 'record' };
    at = skipSpace(text, end);
    if (at >= text.length) return { kind: 'unknown' };
    if (text[at] !== ',') return { kind: 'record' };
    at++;
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
