import { listOf } from '../../text.ts';
import { invalid, type Rule, unexpected, valid } from './rule.ts';

const yes = ['true', 'yes', 'on', '1'];
const no = ['false', 'no', 'off', '0'];
const unquote = '; write it without quotes';
const quote = '; put it in quotes';

/** `true` or `false`; in flags and variables also `1`, `yes`, `on` and their opposites. */
export const boolean: Rule<boolean> = {
  expected: 'true or false',
  schema: { type: 'boolean' },
  read(value, { kind }) {
    if (typeof value === 'boolean') return valid(value);
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    const known = yes.includes(word) || no.includes(word);
    if (kind === 'text' && known) return valid(yes.includes(word));
    return unexpected(boolean.expected, value, known ? unquote : '');
  },
};

/** Any text that is not empty. */
export const text: Rule<string> = textOf('text');

/** Any text that is not empty. `expected` describes it in messages. */
export function textOf(expected: string): Rule<string> {
  return {
    expected,
    schema: { type: 'string', minLength: 1 },
    read(value) {
      if (typeof value === 'string' && value !== '') return valid(value);
      const scalar = typeof value === 'number' || typeof value === 'boolean';
      return unexpected(expected, value, scalar ? quote : '');
    },
  };
}

/** A path, resolved relative to where it is set. */
export const path: Rule<string> = {
  expected: 'a path',
  schema: { type: 'string', minLength: 1 },
  read(value, context) {
    const result = textOf(path.expected).read(value, context);
    if (!result.ok) return result;
    if (result.value.includes('\0')) return unexpected(path.expected, value);
    return valid(context.path(result.value));
  },
};

/** A path, or `false`. */
export const pathOrFalse: Rule<string | false> = {
  expected: 'a path, or false',
  schema: { anyOf: [path.schema, { enum: [false] }] },
  read(value, context) {
    if (value === false || (context.kind === 'text' && value === 'false')) return valid(false);
    const result = path.read(value, context);
    return result.ok ? result : unexpected(pathOrFalse.expected, value);
  },
};

/** One of a few words. */
export function oneOf<const W extends string>(words: readonly W[]): Rule<W> {
  const expected = listOf(words);
  return {
    expected,
    schema: { enum: words },
    read(value) {
      const word = words.find((candidate) => candidate === value);
      return word === undefined ? unexpected(expected, value) : valid(word);
    },
  };
}

/** A value of another rule, or the word `auto`. */
export function autoOr<T>(rule: Rule<T>): Rule<T | 'auto'> {
  const expected = `auto, or ${rule.expected}`;
  return {
    expected,
    schema: { anyOf: [{ enum: ['auto'] }, rule.schema] },
    read(value, context) {
      if (value === 'auto') return valid('auto' as const);
      const result = rule.read(value, context);
      return result.ok ? result : unexpected(expected, value);
    },
  };
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Rule<number> {
  const bounded = max !== Number.MAX_SAFE_INTEGER;
  const expected = `a whole number${bounded ? ` from ${min} to ${max}` : `, ${min} or more`}`;
  return {
    expected,
    schema: { type: 'integer', minimum: min, ...(bounded ? { maximum: max } : {}) },
    read(value, { kind }) {
      const digits = typeof value === 'string' && /^\s*\d+\s*$/.test(value);
      const number = kind === 'text' && digits ? Number(value) : value;
      const fits = typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max;
      if (fits) return valid(number);
      return unexpected(expected, value, kind === 'data' && digits ? unquote : '');
    },
  };
}

/** A number above 0, with or without decimals. */
export function positiveNumber(max: number): Rule<number> {
  const expected = `a number above 0, up to ${max}`;
  return {
    expected,
    schema: { type: 'number', exclusiveMinimum: 0, maximum: max },
    read(value, { kind }) {
      const digits = typeof value === 'string' && /^\s*\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value);
      const number = kind === 'text' && digits ? Number(value) : value;
      if (typeof number === 'number' && number > 0 && number <= max) return valid(number);
      return unexpected(expected, value, kind === 'data' && digits ? unquote : '');
    },
  };
}

/** A CSV delimiter; `tab` and `\t` mean a tab. */
export const delimiter: Rule<string> = {
  expected: 'one character, or tab',
  schema: { type: 'string', minLength: 1, maxLength: 3 },
  read(value) {
    const character = value === 'tab' || value === '\\t' ? '\t' : value;
    if (typeof character !== 'string' || character.length !== 1) {
      return unexpected(delimiter.expected, value, '; characters such as | need quotes in a file');
    }
    if (character === '"' || character === '\n' || character === '\r') {
      return invalid('a delimiter cannot be a quotation mark or a line break');
    }
    return valid(character);
  },
};

/** An encoding, normalized to its WHATWG name: `latin1` becomes `windows-1252`. */
export const encoding: Rule<string> = {
  expected: 'an encoding, such as utf-8, utf-16le, windows-1252 or shift_jis',
  schema: { type: 'string', minLength: 1 },
  read(value) {
    if (typeof value !== 'string') return unexpected(encoding.expected, value);
    try {
      return valid(new TextDecoder(value).encoding);
    } catch {
      return unexpected(encoding.expected, value);
    }
  },
};
