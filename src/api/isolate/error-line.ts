/** The place of a record in a call, as an error line names it. */
export interface LineTarget {
  readonly index: number;
  /** Path below the record, '' for the record as a whole. */
  readonly path: string;
  readonly value?: string;
  /** Miso's own wording. */
  readonly reason: string;
}

const start = /^\s*data\.(\d+)/;
const verdictAfterValue = /\)\s+is\s+invalid\./g;

/**
 * Reads `data.<index>[.<path>] [(<value>)] is invalid. <reason>`; undefined for a line of any other form.
 * Searched for piece by piece, because one pattern for it all takes minutes for a long line of spaces.
 */
export function parseErrorLine(line: string): LineTarget | undefined {
  const head = start.exec(line);
  if (!head) return undefined;
  const hasPath = line[head[0].length] === '.';
  const pathAt = head[0].length + (hasPath ? 1 : 0);
  // A path is one character at least.
  const from = pathAt + (hasPath ? 1 : 0);
  const parts = [valuePart(line, from), barePart(line, from)].filter((part) => part !== undefined);
  const [part] = parts.sort((one, other) => one.at - other.at);
  if (part === undefined || (!hasPath && part.at > from)) return undefined;
  return {
    index: Number(head[1]),
    path: line.slice(pathAt, part.at),
    ...(part.value === undefined ? {} : { value: part.value }),
    reason: line.slice(part.end).trimStart() || 'is invalid',
  };
}

/** What follows the path of an error line, with its white space: where it starts and ends. */
interface LinePart {
  readonly at: number;
  readonly end: number;
  readonly value?: string;
}

/** ` (<value>) is invalid.`, up to the last of such ends, because the value can hold the same words. */
function valuePart(line: string, from: number): LinePart | undefined {
  const open = indexOf(/\s\(/g, line, from);
  if (open === -1) return undefined;
  const valueAt = open + 2;
  verdictAfterValue.lastIndex = valueAt;
  let last: RegExpExecArray | undefined;
  for (let next = verdictAfterValue.exec(line); next; next = verdictAfterValue.exec(line)) last = next;
  if (last === undefined) return undefined;
  const value = line.slice(valueAt, last.index);
  return { at: spaceBefore(line, open, from), end: last.index + last[0].length, value };
}

/** ` is invalid.` */
function barePart(line: string, from: number): LinePart | undefined {
  const bare = /\sis\s+invalid\./g;
  const at = indexOf(bare, line, from);
  return at === -1 ? undefined : { at: spaceBefore(line, at, from), end: bare.lastIndex };
}

function indexOf(pattern: RegExp, line: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(line)?.index ?? -1;
}

/** Where the white space begins that `at` is part of. */
function spaceBefore(line: string, at: number, from: number): number {
  let first = at;
  while (first > from && /\s/.test(line[first - 1]!)) first--;
  return first;
}
