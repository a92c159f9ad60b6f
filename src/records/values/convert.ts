import type { ColumnType } from '../column-settings.ts';
import { InvalidValue } from './invalid-value.ts';
import { lossyNumber, numberOf } from './numbers.ts';

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['t', true],
  ['yes', true],
  ['y', true],
  ['1', true],
  ['false', false],
  ['f', false],
  ['no', false],
  ['n', false],
  ['0', false],
]);

function booleanOf(text: string): boolean | InvalidValue {
  const value = truths.get(text.trim().toLowerCase());
  return value ?? new InvalidValue('expected a boolean: true or false, yes or no, 1 or 0', { value: text });
}

/** The items between separators, without the white space around them; empty ones are left out. */
function listOf(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The value of a JSON text inside a cell, or a fault. */
export function jsonOf(text: string, expected = 'expected JSON'): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new InvalidValue(expected, {
      value: text,
      hint: 'Write it as JSON: texts in double quotes, as in ["a","b"].',
    });
  }
  const lossy = lossyNumber(text);
  if (lossy === undefined) return value;
  return new InvalidValue('expected numbers that keep all their digits', {
    value: text,
    hint: 'Whole numbers are exact up to 9007199254740991: write longer ones as text, in quotes.',
  });
}

/** The value that a text stands for in a column of a type, or a fault. */
export function convert(text: string, type: ColumnType, listSeparator: string): unknown {
  switch (type) {
    case 'string':
      return text;
    case 'number':
      return numberOf(text);
    case 'boolean':
      return booleanOf(text);
    case 'list':
      return listOf(text, listSeparator);
    case 'json':
      return jsonOf(text);
  }
}
