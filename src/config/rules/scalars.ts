import { listOf } from '../../text.ts';
import { bad, good, type Rule, unexpected } from './rule.ts';

const yes = ['true', 'yes', 'on', '1'];
const no = ['false', 'no', 'off', '0'];
const unquote = '; write it without quotes';
const quote = '; put it in quotes';

/** `true` or `false`; in variables also `1`, `yes`, `on` and their opposites. */
export const toggle: Rule<boolean> = {
  expected: 'true or false',
  read(value, { kind }) {
    if (typeof value === 'boolean') return good(value);
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    const known = yes.includes(word) || no.includes(word);
    if (kind === 'text' && known) return good(yes.includes(word));
    return unexpected(toggle.expected, value, known ? unquote : '');
  },
};

/** Any text but the empty one. */
export const text: Rule<string> = textOf('text');

/** Text of any length from 1, named in messages by what it is. */
export function textOf(expected: string): Rule<string> {
  return {
    expected,
    read(value) {
      if (typeof value === 'string' && value !== '') return good(value);
      const scalar = typeof value === 'number' || typeof value === 'boolean';
      return unexpected(expected, value, scalar ? quote : '');
    },
  };
}

/** A path, turned into what it stands for where it was written. */
export const path: Rule<string> = {
  expected: 'the path of a file',
  read(value, medium) {
    const judged = textOf(path.expected).read(value, medium);
    if (!judged.ok) return judged;
    if (judged.value.includes('\0')) return unexpected(path.expected, value);
    return good(medium.path(judged.value));
  },
};

/** A path, or `false` for none. */
export const pathOrFalse: Rule<string | false> = {
  expected: 'the path of a file, or false for none',
  read(value, medium) {
    if (value === false || (medium.kind === 'text' && value === 'false')) return good(false);
    const judged = path.read(value, medium);
    return judged.ok ? judged : unexpected(pathOrFalse.expected, value);
  },
};

/** One of a few words. */
export function oneOf<const W extends string>(words: readonly W[]): Rule<W> {
  const expected = listOf(words);
  return {
    expected,
    read(value) {
      const word = words.find((candidate) => candidate === value);
      return word === undefined ? unexpected(expected, value) : good(word);
    },
  };
}

/** A whole number between two bounds, both allowed. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Rule<number> {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  const expected = `a whole number${bounds}`;
  return {
    expected,
    read(value, { kind }) {
      const digits = typeof value === 'string' && /^\s*\d+\s*$/.test(value);
      const number = kind === 'text' && digits ? Number(value) : value;
      const fits =
        typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most;
      if (fits) return good(number);
      return unexpected(expected, value, kind === 'data' && digits ? unquote : '');
    },
  };
}

/** A number above 0, decimals allowed. */
export function positive(most: number): Rule<number> {
  const expected = `a number above 0, up to ${most}`;
  return {
    expected,
    read(value, { kind }) {
      const digits = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value);
      const number = kind === 'text' && digits ? Number(value) : value;
      if (typeof number === 'number' && number > 0 && number <= most) return good(number);
      return unexpected(expected, value, kind === 'data' && digits ? unquote : '');
    },
  };
}

/** The character between the cells of a table; `tab` and `\t` are a tab. */
export const delimiter: Rule<string> = {
  expected: 'one character, or tab',
  read(value) {
    const character = value === 'tab' || value === '\\t' ? '\t' : value;
    if (typeof character !== 'string' || character.length !== 1) {
      return unexpected(delimiter.expected, value, '; characters such as | need quotes in a file');
    }
    if (character === '"' || character === '\n' || character === '\r') {
      return bad('a delimiter can be neither a quotation mark nor a line break');
    }
    return good(character);
  },
};

/** The name of an encoding, given back as the standard spells it: `latin1` is `windows-1252`. */
export const encoding: Rule<string> = {
  expected: 'the name of an encoding, such as utf-8, utf-16le, windows-1252 or shift_jis',
  read(value) {
    if (typeof value !== 'string') return unexpected(encoding.expected, value);
    try {
      return good(new TextDecoder(value).encoding);
    } catch {
      return unexpected(encoding.expected, value);
    }
  },
};
