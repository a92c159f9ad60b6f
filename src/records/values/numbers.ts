import { InvalidValue } from './invalid-value.ts';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const leadingZero = /^[+-]?0\d/;

function hintFor(text: string): string | undefined {
  if (/^[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?$/.test(text) && !/^[+-]?\d{1,3},\d{3}$/.test(text)) {
    return 'Write it without separators between the thousands.';
  }
  if (/^[+-]?\d+,\d+$/.test(text))
    return 'Write decimals with a point, such as 1.5, and thousands without a comma.';
  if (leadingZero.test(text))
    return 'The leading zeros would be lost: write it without them, or keep the column as text.';
  if (/[$€£%]/.test(text)) return 'Write the bare number, without a currency or percent sign.';
  return undefined;
}

/**
 * The number that a text stands for, or a fault when there is none or when digits would be lost.
 * White space around it is no part of it.
 */
export function numberOf(text: string, expected = 'expected a number'): number | InvalidValue {
  const bare = text.trim();
  if (!decimal.test(bare) || leadingZero.test(bare)) {
    return new InvalidValue(expected, { value: text, hint: hintFor(bare) });
  }
  const value = Number(bare);
  const significand = bare.replace(/e.*$/i, '');
  const vanished = value === 0 && /[1-9]/.test(significand);
  const rounded = significand === bare && Number.isInteger(value) && !Number.isSafeInteger(value);
  if (!Number.isFinite(value) || vanished || rounded) {
    return new InvalidValue('expected a number that keeps all its digits', {
      value: text,
      hint: 'Whole numbers are exact up to 9007199254740991: keep longer ones as text.',
    });
  }
  return value;
}

/**
 * The digits of a whole number as they stand in a JSON text, under a key: "12345678901234567890" where the parsed
 * value has lost some. Undefined when the text leaves a doubt, such as an exponent or two different candidates.
 */
export function digitsOf(raw: string, key: string, value: number): string | undefined {
  const name = JSON.stringify(key);
  const token = /\s*:\s*(-?\d[\d.eE+-]*)/y;
  let digits: string | undefined;
  for (let at = raw.indexOf(name); at !== -1; at = raw.indexOf(name, at + 1)) {
    token.lastIndex = at + name.length;
    const found = token.exec(raw)?.[1];
    if (found === undefined || Number(found) !== value) continue;
    if (digits !== undefined && digits !== found) return undefined;
    digits = found;
  }
  return digits !== undefined && /^-?\d+$/.test(digits) ? digits : undefined;
}

const numbers = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The first whole number of a JSON text whose digits would not come out again as they went in. */
export function lossyNumber(json: string): string | undefined {
  if (!/\d{16}/.test(json)) return undefined;
  for (let at = 0; at < json.length; ) {
    const open = json.indexOf('"', at);
    const between = json.slice(at, open === -1 ? undefined : open);
    for (const [token] of between.matchAll(numbers)) {
      if (/^-?[1-9]\d+$/.test(token) && String(Number(token)) !== token) return token;
    }
    if (open === -1) break;
    at = afterString(json, open);
  }
  return undefined;
}

/** Where the text goes on after the string that opens there: a pattern for it would overflow on one of megabytes. */
function afterString(json: string, open: number): number {
  for (let at = json.indexOf('"', open + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return json.length;
}
