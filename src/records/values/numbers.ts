import { InvalidValue } from './invalid-value.ts';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const leadingZero = /^[+-]?0\d/;

/**
 * The number in a text, or an InvalidValue when there is none or digits would be lost. White space around it is
 * ignored.
 */
export function parseNumber(text: string, expected = 'expected a number'): number | InvalidValue {
  const bare = text.trim();
  if (!decimal.test(bare) || leadingZero.test(bare)) {
    return new InvalidValue(expected, { value: text, hint: hintFor(bare) });
  }
  const value = Number(bare);
  const significand = bare.replace(/e.*$/i, '');
  const underflows = value === 0 && /[1-9]/.test(significand);
  const rounded = significand === bare && Number.isInteger(value) && !Number.isSafeInteger(value);
  if (!Number.isFinite(value) || underflows || rounded) {
    return new InvalidValue('expected a number that keeps all its digits', {
      value: text,
      hint: 'Whole numbers are exact up to 9007199254740991. Keep longer ones as text.',
    });
  }
  return value;
}

function hintFor(text: string): string | undefined {
  if (/^[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?$/.test(text) && !/^[+-]?\d{1,3},\d{3}$/.test(text)) {
    return 'Remove the thousands separators.';
  }
  if (/^[+-]?\d+,\d+$/.test(text))
    return 'Use a point for decimals, such as 1.5, and no comma for thousands.';
  if (leadingZero.test(text))
    return 'The leading zeros would be lost. Remove them, or keep the column as text.';
  if (/[$€£%]/.test(text)) return 'Remove the currency or percent sign.';
  return undefined;
}

/**
 * The digits of a whole number under a key of a JSON text, where the parsed value may have lost some. Undefined when
 * the text is ambiguous: an exponent, or two different numbers.
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

/** The first whole number of a JSON text that loses digits when it is parsed. */
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

/** The index after the string that starts at `open`. No pattern: it would overflow on a string of megabytes. */
function afterString(json: string, open: number): number {
  for (let at = json.indexOf('"', open + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return json.length;
}
