/** The first position at which a text is not valid JSON. */
export interface JsonSyntaxError {
  /** Number of characters (code points) before it. */
  readonly position: number;
  /** The error and its position, worded as by Python's json module, as in Miso's replies. */
  readonly message: string;
}

type Expected = 'value' | 'first item' | 'first key' | 'key' | 'colon' | 'next';

const space = /[ \t\n\r]*/y;
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const plainText = /[^"\\\u0000-\u001f]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the syntax error in `text`, because the errors of `JSON.parse` have no reliable position. Undefined
 * for valid JSON.
 */
export function findJsonSyntaxError(text: string): JsonSyntaxError | undefined {
  const open: ('{' | '[')[] = [];
  let expected = 'value' as Expected;
  let at = 0;
  for (;;) {
    at = skip(space, text, at);
    const char = text[at];
    if (expected === 'next') {
      const inside = open.at(-1);
      if (inside === undefined) return char === undefined ? undefined : syntaxError(text, at, 'Extra data');
      if (char === (inside === '{' ? '}' : ']')) open.pop();
      else if (char === ',') expected = inside === '{' ? 'key' : 'value';
      else return syntaxError(text, at, "Expecting ',' delimiter");
      at += 1;
    } else if (expected === 'colon') {
      if (char !== ':') return syntaxError(text, at, "Expecting ':' delimiter");
      expected = 'value';
      at += 1;
    } else if ((expected === 'first key' && char === '}') || (expected === 'first item' && char === ']')) {
      open.pop();
      expected = 'next';
      at += 1;
    } else if (char === '"') {
      const end = endOfString(text, at);
      if (typeof end !== 'number') return end;
      expected = expected === 'key' || expected === 'first key' ? 'colon' : 'next';
      at = end;
    } else if (expected === 'key' || expected === 'first key') {
      return syntaxError(text, at, 'Expecting property name enclosed in double quotes');
    } else if (char === '{' || char === '[') {
      open.push(char);
      expected = char === '{' ? 'first key' : 'first item';
      at += 1;
    } else {
      const end = skip(scalar, text, at);
      if (end === at) return syntaxError(text, at, 'Expecting value');
      expected = 'next';
      at = end;
    }
  }
}

function endOfString(text: string, start: number): number | JsonSyntaxError {
  let at = start + 1;
  for (;;) {
    at = skip(plainText, text, at);
    const char = text[at];
    if (char === '"') return at + 1;
    if (char === undefined) return syntaxError(text, start, 'Unterminated string starting at');
    if (char !== '\\') return syntaxError(text, at, 'Invalid control character at');
    const end = skip(escaped, text, at);
    if (end === at) return syntaxError(text, at, 'Invalid \\escape');
    at = end;
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function syntaxError(text: string, at: number, what: string): JsonSyntaxError {
  const before = text.slice(0, at);
  const position = countCharacters(before);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const column = countCharacters(before.slice(lineStart)) + 1;
  return { position, message: `${what}: line ${line} column ${column} (char ${position})` };
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
