import { closingQuote } from '../../contract/json-text.ts';
import { InvalidValue } from './invalid-value.ts';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const leadingZero = /^[+-]?0\d/;

/**
 * The number in a text, or an InvalidValue when there is none or digits would be lost. Surrounding white
 * space is ignored.
 */
export function parseNumber(text: string, expected = 'expected a number'): number | InvalidValue {
  const bare = text.trim();
  if (!decimal.test(bare) || leadingZero.test(bare)) {
    return notANumber(text, expected);
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

/** Whether a text is a number that can be converted without losing anything. */
export function isNumber(text: string): boolean {
  const code = text.charCodeAt(0);
  // Most texts start with a letter and are ruled out quickly.
  return (code < 0x3a || code > 0x7f) && typeof parseNumber(text) === 'number';
}

interface NumberProblem {
  readonly pattern: RegExp;
  /** Appended to what was expected, so that only texts with the same problem share a reason and its hint. */
  readonly reason: string;
  readonly hint: string;
}

/** The first match is used. */
const problems: readonly NumberProblem[] = [
  {
    // Not `1,234`, which may also be a decimal comma.
    pattern: /^[+-]?(?:\d{1,3}(?:[,' ]\d{3}){2,}|\d{1,3}[' ]\d{3}|\d{1,3}(?:[,' ]\d{3})+\.\d+)(?:\.\d+)?$/,
    reason: ' without thousands separators',
    hint: 'Remove the thousands separators.',
  },
  {
    pattern: /^[+-]?\d+,\d+$/,
    reason: ' without a comma',
    hint: 'Use a point for decimals, such as 1.5, and no comma for thousands.',
  },
  {
    pattern: leadingZero,
    reason: ' without leading zeros',
    hint: 'The leading zeros would be lost. Remove them, or keep the column as text.',
  },
  {
    pattern: /^(?=.*[$€£%])[+-]?[$€£]?\s?[+-]?[\d.,' ]+[$€£%]?$/,
    reason: ' without a currency or percent sign',
    hint: 'Remove the currency or percent sign.',
  },
];

function notANumber(text: string, expected: string): InvalidValue {
  const problem = problems.find(({ pattern }) => pattern.test(text.trim()));
  return new InvalidValue(`${expected}${problem?.reason ?? ''}`, { value: text, hint: problem?.hint });
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
    at = closingQuote(json, open) + 1 || json.length;
  }
  return undefined;
}
