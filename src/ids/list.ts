import { UsageError } from '../errors.ts';
import { nameParts } from '../input/formats.ts';
import type { OpenedText } from '../input/open-text.ts';
import { cellsOf, looksLikeHeader } from './column-name.ts';
import { idOfLine } from './id-line.ts';

/** How a JSON document begins; `{x` and `[x` are ids. */
const jsonStart = /^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[[\]{"\d-]|true|false|null|$))/;
/** The line in which Excel says how the columns are parted. */
const declaration = /^"?sep=."?$/i;

/** Whether a text is a plain list, one id a line, and neither JSON nor a table with the column of the ids. */
export function isList({ path, head, complete, failure }: OpenedText, column: string): boolean {
  if (nameParts(path).format !== undefined || jsonStart.test(head)) return false;
  const header = headerOf(firstLines(head, complete || failure !== undefined));
  return header !== undefined && idOfLine(header) !== undefined && !cellsOf(header).includes(column);
}

/**
 * Throws UsageError for a list whose first line looks like a header, and for one that looks like a table without one:
 * which column holds the ids is not guessed at.
 */
export function refuseTable({ path, head, complete }: OpenedText, named: string | undefined): void {
  const lines = firstLines(head, complete);
  const header = headerOf(lines) ?? '';
  const option = named === undefined ? 'leave that line out' : `name the column of the ids with ${named}`;
  if (looksLikeHeader(header)) {
    throw new UsageError(
      `${path} begins with ${JSON.stringify(header)}, which looks like the header of a table and not like an id.`,
      { hint: `If it is one, ${option}; if it is an id, give it as an argument, or not in the first line.` },
    );
  }
  const parted = [',', ';', '\t'].find((delimiter) => isRegular(lines, delimiter));
  if (parted === undefined) return;
  throw new UsageError(
    `${path} looks like a table without a header: every line has the same number of ${JSON.stringify(parted)}.`,
    {
      hint:
        named === undefined
          ? 'Put each id in double quotes if each line is one id.'
          : `Add a header and name the column of the ids with ${named}, or put each id in double quotes if each line is one id.`,
    },
  );
}

/** The line that would be the header of a table. */
function headerOf([first, second]: readonly string[]): string | undefined {
  return first !== undefined && second !== undefined && declaration.test(first) ? second : first;
}

function isRegular(lines: readonly string[], delimiter: string): boolean {
  const [first, ...others] = lines.map((line) =>
    line.startsWith('"') ? 0 : line.split(delimiter).length - 1,
  );
  return first !== undefined && first > 0 && others.length > 0 && others.every((count) => count === first);
}

/** The lines of the start that are not blank, the last one only if it is whole. */
function firstLines(head: string, complete: boolean): string[] {
  const lines = head.split(/\r\n|\n|\r/);
  if (!complete && lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== '');
}
