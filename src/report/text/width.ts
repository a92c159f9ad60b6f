import fastStringWidth from 'fast-string-width';
import type { Output } from '../../world.ts';

/** Created on first use, because creating it takes half as long as starting Node. */
let graphemes: Intl.Segmenter | undefined;

/**
 * The width of text on a terminal: two columns for a wide character, none for combining characters and
 * colors.
 */
export function widthOf(text: string): number {
  return fastStringWidth(text);
}

/** Text of one line without color, cut to at most `width` columns; a cut shows as `…`. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let short = '';
  let used = 1;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    short += segment;
  }
  return width < 1 ? '' : `${short}…`;
}

/** Text padded with spaces to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/**
 * Wraps lines longer than `width` between words, and indents the continuation lines by two more columns. The
 * text may contain colors. A single word that is too long is left to the terminal. Without `width`, returns
 * the text unchanged.
 */
export function wrap(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split('\n')
    .map((line) => (widthOf(line) <= width ? line : wrapLine(line, width)))
    .join('\n');
}

/**
 * The width to wrap text to: that of the terminal. Undefined for other streams, whose lines stay whole for
 * grep.
 */
export function widthFor({ isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>): number | undefined {
  return isTTY ? columns : undefined;
}

/** Text wrapped for a stream. */
export function wrapFor(output: Output, text: string): string {
  return wrap(text, widthFor(output));
}

function wrapLine(text: string, width: number): string {
  const start = /^(?:\u001b\[\d+m)*( *)/.exec(text)!;
  const indent = ' '.repeat(Math.min(start[1]!.length + 2, Math.floor(width / 4)));
  const words = text.slice(start[0].length).split(' ');
  let done = start[0];
  let line = start[0];
  for (const [n, word] of words.entries()) {
    const gap = n === 0 ? '' : ' ';
    if (n > 0 && widthOf(line + gap + word) > width) {
      done += `\n${indent}${word}`;
      line = indent + word;
    } else {
      done += gap + word;
      line += gap + word;
    }
  }
  return done;
}
