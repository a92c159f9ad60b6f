import { InputError } from '../errors.ts';

/** A line of a text. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without the line end. */
  readonly text: string;
}

/** Max characters in a line, so that memory stays flat for any file. */
const maxLineLength = 1024 * 1024;

/**
 * The lines of a text that arrives in pieces, as many at a time as a piece completes; LF, CR and CRLF each
 * end one. Throws InputError for a line that is too long.
 */
export async function* linesOfText(texts: AsyncIterable<string>, path: string): AsyncGenerator<Line[]> {
  let number = 0;
  let rest = '';
  for await (const text of texts) {
    const pieces = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = pieces.pop()!;
    yield pieces.map((piece) => ({ number: ++number, text: piece }));
    if (rest.length > maxLineLength) {
      throw new InputError(`${path}, line ${number + 1}: the line is longer than a million characters.`, {
        file: path,
        line: number + 1,
      });
    }
  }
  // A CR at the end of a piece was kept, because an LF could follow it.
  if (rest !== '') yield [{ number: number + 1, text: rest.replace(/\r$/, '') }];
}
