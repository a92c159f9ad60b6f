const quote = 0x22;
const backslash = 0x5c;

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

/**
 * The text of each value of a JSON object, by key: unlike the parsed values, it has numbers with all their
 * digits. `text` must be valid JSON. Of a duplicate key, the last value counts, as with JSON.parse.
 */
export function memberTexts(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = skipSpace(text, text.indexOf('{') + 1);
  while (text.charCodeAt(at) === quote) {
    const keyEnd = closingQuote(text, at) + 1;
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const start = skipSpace(text, text.indexOf(':', keyEnd) + 1);
    const end = endOfValue(text, start);
    members.set(key, text.slice(start, end));
    // After the comma, or after the object.
    at = skipSpace(text, skipSpace(text, end) + 1);
  }
  return members;
}

const structure = /["{}[\]]/g;
const scalarEnd = /[\s,\]}]/g;

function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return closingQuote(text, from) + 1;
  if (first !== '{' && first !== '[') {
    scalarEnd.lastIndex = from;
    return scalarEnd.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  structure.lastIndex = from;
  for (let found = structure.exec(text); found; found = structure.exec(text)) {
    if (found[0] === '"') structure.lastIndex = closingQuote(text, found.index) + 1;
    else if (found[0] === '{' || found[0] === '[') depth++;
    else if (--depth === 0) return found.index + 1;
  }
  return text.length;
}

/** Whether an object in a JSON text has a key twice: `value`, parsed from it, has only the last. */
export function hasDuplicateKeys(text: string, value: unknown): boolean {
  return countKeysOfText(text) !== countKeysOfValue(value);
}

const keyMarks = /[":]/g;

function countKeysOfText(text: string): number {
  let keys = 0;
  keyMarks.lastIndex = 0;
  for (let found = keyMarks.exec(text); found; found = keyMarks.exec(text)) {
    if (found[0] === '"') keyMarks.lastIndex = closingQuote(text, found.index) + 1;
    else keys++;
  }
  return keys;
}

/** Without recursion, because a value may be nested by the thousand. */
function countKeysOfValue(value: unknown): number {
  let keys = 0;
  const waiting: unknown[] = [value];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (typeof part !== 'object' || part === null) continue;
    const values = Object.values(part);
    if (!Array.isArray(part)) keys += values.length;
    for (const inner of values) if (typeof inner === 'object' && inner !== null) waiting.push(inner);
  }
  return keys;
}
