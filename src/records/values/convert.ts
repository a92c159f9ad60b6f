import { parseJson } from '../../contract/json.ts';
import { hasDuplicateKeys } from '../../contract/json-text.ts';
import type { ColumnType } from '../column-settings.ts';
import { InvalidValue } from './invalid-value.ts';
import { lossyNumber, parseNumber } from './numbers.ts';

/** Converts a text to the type of its column, or returns an InvalidValue. */
export function convert(text: string, type: ColumnType, listSeparator: string): unknown {
  switch (type) {
    case 'string':
      return text;
    case 'number':
      return parseNumber(text);
    case 'boolean':
      return parseBoolean(text);
    case 'list':
      return splitList(text, listSeparator);
    case 'json':
      return parseCellJson(text);
  }
}

/** The value of a JSON text inside a cell, or an InvalidValue. */
export function parseCellJson(text: string, expected = 'expected JSON'): unknown {
  const value = parseJson(text);
  if (value === undefined) {
    return new InvalidValue(expected, {
      value: text,
      hint: 'Write it as JSON, with texts in double quotes: ["a","b"]',
    });
  }
  if (hasDuplicateKeys(text, value))
    return new InvalidValue('expected JSON without duplicate keys', { value: text });
  if (lossyNumber(text) === undefined) return value;
  return new InvalidValue('expected numbers that keep all their digits', {
    value: text,
    hint: 'Whole numbers are exact up to 9007199254740991. Put longer ones in quotes.',
  });
}

const booleans: ReadonlyMap<string, boolean> = new Map([
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

function parseBoolean(text: string): boolean | InvalidValue {
  const value = booleans.get(text.trim().toLowerCase());
  return value ?? new InvalidValue('expected a boolean: true or false, yes or no, 1 or 0', { value: text });
}

/** The trimmed items, without empty ones. */
function splitList(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
