import { countLineEnds } from '../text/line-ends.ts';

/** The position where a text stops being valid JSON, and what was expected there. */
export interface JsonFault {
  /** Index in the text; its length if the text ends too early. */
  readonly at: number;
  /** Worded the same for every text with this fault. */
  readonly expected: string;
  readonly hint?: string;
}

const incompleteRecord = 'expected the rest of a JSON record';
const literals: ReadonlySet<string> = new Set(['true', 'false', 'null']);
const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const special = /["\\\x00-\x1f]/g;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const word = /[\p{L}_$][\p{L}\d_$]*/uy;

/**
 * Finds the first fault of a text that JSON.parse rejects. The messages of JSON.parse differ between releases
 * of Node and often give no position. Undefined if the text is valid.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let expects: 'value' | 'first' | 'key' | 'firstKey' | 'next' = 'value';
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    at += match(space)?.length ?? 0;
    const character = text[at];
    const container = open.at(-1);
    if (expects === 'next' && container === undefined) {
      return at === text.length
        ? undefined
        : { at, expected: 'expected nothing after the end of the record' };
    }
    if (character === undefined) return { at, expected: incompleteRecord };
    const closes = character === (container === '{' ? '}' : ']') && container !== undefined;
    if (closes && (expects === 'next' || expects === 'first' || expects === 'firstKey')) {
      open.pop();
      at++;
      expects = 'next';
    } else if (closes && (expects === 'key' || expects === 'value') && text[previous(text, at)] === ',') {
      return { at: previous(text, at), expected: 'expected no comma before a closing bracket' };
    } else if (expects === 'next') {
      if (character !== ',') return { at, expected: `expected a comma or ${container === '{' ? '}' : ']'}` };
      at++;
      expects = container === '{' ? 'key' : 'value';
    } else if (expects === 'key' || expects === 'firstKey') {
      if (character !== '"') return { at, ...keyFault(character) };
      const end = readString(text, at);
      if (typeof end !== 'number') return end;
      at = end;
      at += match(space)?.length ?? 0;
      if (text[at] !== ':') return { at, expected: 'expected a colon after a key' };
      at++;
      expects = 'value';
    } else if (character === '{' || character === '[') {
      open.push(character);
      at++;
      expects = character === '{' ? 'firstKey' : 'first';
    } else if (character === '"') {
      const end = readString(text, at);
      if (typeof end !== 'number') return end;
      at = end;
      expects = 'next';
    } else {
      const name = match(word);
      const token = match(number) ?? (name !== undefined && literals.has(name) ? name : undefined);
      if (token === undefined) return valueFault(at, text, name);
      at += token.length;
      expects = 'next';
    }
  }
}

/** An index in words: `line 3, column 14`, or `character 14 of the record` in its first line. */
export function placeInWords(raw: string, at: number, firstLine: number): string {
  const before = raw.slice(0, at);
  const lines = countLineEnds(before);
  if (lines === 0) return `character ${at + 1} of the record`;
  const column = at - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
  return `line ${firstLine + lines}, column ${column}`;
}

/** The text at an index, shortened and in quotes. */
export function excerpt(text: string, at: number): string {
  return JSON.stringify(text.length - at > 20 ? `${text.slice(at, at + 20)}…` : text.slice(at));
}

function previous(text: string, at: number): number {
  return text.slice(0, at).trimEnd().length - 1;
}

function keyFault(character: string): Omit<JsonFault, 'at'> {
  return character === ','
    ? { expected: 'expected no second comma' }
    : { expected: 'expected a key in double quotes', hint: 'JSON requires double quotes around each key.' };
}

function valueFault(at: number, text: string, name: string | undefined): JsonFault {
  const expected = 'expected a JSON value';
  if (name !== undefined && /^(?:NaN|Infinity|undefined|None)$/.test(name)) {
    return { at, expected, hint: `${name} is not JSON: write null, or omit the key.` };
  }
  const incomplete = name !== undefined && at + name.length === text.length;
  if (incomplete && [...literals].some((literal) => literal.startsWith(name)))
    return { at: text.length, expected: incompleteRecord };
  if (text[at] === "'") return { at, expected, hint: 'JSON requires double quotes around text.' };
  return { at, expected };
}

/** The index after the string that opens at `open`, or its fault. */
function readString(text: string, open: number): number | JsonFault {
  special.lastIndex = open + 1;
  for (let found = special.exec(text); found; found = special.exec(text)) {
    const at = found.index;
    if (found[0] === '"') return at + 1;
    if (found[0] !== '\\') {
      return {
        at,
        expected: 'expected no raw control character in a string',
        hint: 'Write a line break as \\n and a tab as \\t.',
      };
    }
    escaped.lastIndex = at;
    const sequence = escaped.exec(text);
    if (!sequence) {
      return /^\\(?:u[0-9a-fA-F]{0,3})?$/.test(text.slice(at, at + 6))
        ? { at: text.length, expected: incompleteRecord }
        : { at, expected: 'expected a valid escape in a string', hint: 'Write a backslash as \\\\.' };
    }
    special.lastIndex = at + sequence[0].length;
  }
  return { at: text.length, expected: incompleteRecord };
}
