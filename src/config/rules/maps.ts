import { isObject, parseJson } from '../../contract/json.ts';
import {
  describeValue,
  invalid,
  quoteSafely,
  type ReadContext,
  type Rule,
  type RuleResult,
  valid,
} from './rule.ts';

/**
 * A map of names to values, given as a map, JSON text or a list of `name=value` in a file, as JSON in a
 * variable, or as a repeatable flag. The result has no prototype, so that a column named `toString` does not
 * match the inherited method.
 */
export function mapOf<T>(value: Rule<T>, entry: string): Rule<Readonly<Record<string, T>>> {
  const expected = `a map of ${entry}`;
  return {
    expected,
    schema: {
      type: ['object', 'array', 'string'],
      additionalProperties: value.schema,
      items: { type: 'string' },
    },
    entries: true,
    read(written, context) {
      const pairs = pairsOf(written, { expected, entry });
      return pairs.ok ? readEach(pairs.value, value, context) : pairs;
    },
  };
}

type Pairs = readonly (readonly [string, unknown])[];

function pairsOf(written: unknown, words: { expected: string; entry: string }): RuleResult<Pairs> {
  if (Array.isArray(written)) return pairsOfFlags(written, words.entry);
  if (isObject(written)) return valid(Object.entries(written));
  const parsed = typeof written === 'string' ? parseJson(written) : undefined;
  if (isObject(parsed)) return valid(Object.entries(parsed));
  const json = typeof written === 'string' ? ', written as a JSON object' : '';
  return invalid(`expected ${words.expected}${json}, found ${describeValue(written)}`);
}

function pairsOfFlags(written: readonly unknown[], entry: string): RuleResult<Pairs> {
  const pairs: [string, string][] = [];
  for (const pair of written) {
    const split = typeof pair === 'string' ? pair.indexOf('=') : -1;
    if (typeof pair !== 'string' || split < 1)
      return invalid(`expected ${entry}, found ${describeValue(pair)}`);
    pairs.push([pair.slice(0, split), pair.slice(split + 1)]);
  }
  return valid(pairs);
}

function readEach<T>(
  pairs: Pairs,
  rule: Rule<T>,
  context: ReadContext,
): RuleResult<Readonly<Record<string, T>>> {
  const values: Record<string, T> = Object.create(null);
  const problems: string[] = [];
  for (const [name, written] of pairs) {
    const result = name === '__proto__' ? invalid('this name is not allowed') : rule.read(written, context);
    const other = values[name];
    if (result.ok && other !== undefined && JSON.stringify(other) !== JSON.stringify(result.value))
      problems.push(`${quoteSafely(name)}: given twice, with different values`);
    else if (result.ok) values[name] = result.value;
    else problems.push(`${quoteSafely(name)}: ${result.problem}`);
  }
  return problems.length === 0 ? valid(values) : invalid(problems.join('; '));
}

/** The value of a query parameter, as text. */
export const parameter: Rule<string> = {
  expected: 'text, a number, true or false',
  schema: { type: ['string', 'number', 'boolean'] },
  read(value) {
    if (typeof value === 'string') return valid(value);
    if (typeof value === 'boolean' || Number.isFinite(value)) return valid(String(value));
    return invalid(`expected ${parameter.expected}, found ${describeValue(value)}`);
  },
};

const parameterMap = mapOf(parameter, 'name=value');

/**
 * Query parameters: a map, or as text a list such as `dry_run=1,async`, in which a name without a value means
 * 1. The API key is refused, because URLs end up in logs.
 */
export const parameters: Rule<Readonly<Record<string, string>>> = {
  ...parameterMap,
  expected: 'a map of name=value, or as text name=value,…',
  read(written, context) {
    const isList = Array.isArray(written) || (typeof written === 'string' && !isObject(parseJson(written)));
    const result = parameterMap.read(isList ? [written].flat().flatMap(parameterEntries) : written, context);
    if (!result.ok) return result;
    const key = Object.keys(result.value).find((name) => /^api[-_]?key$/i.test(name));
    if (key === undefined) return result;
    return invalid(`${key} cannot be a parameter, because URLs end up in logs; set MISO_API_KEY instead`);
  },
};

function parameterEntries(written: unknown): unknown[] {
  if (typeof written !== 'string') return [written];
  const entries = written.split(',').map((entry) => entry.trim());
  const given = entries.filter((entry) => entry !== '' || entries.length === 1);
  return given.map((entry) => (entry === '' || entry.includes('=') ? entry : `${entry}=1`));
}

/** Any JSON value. */
export const jsonValue: Rule<unknown> = {
  expected: 'any JSON value',
  schema: {},
  read(value) {
    return isJson(value)
      ? valid(value)
      : invalid(`expected ${jsonValue.expected}, found ${describeValue(value)}`);
  },
};

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isJson);
  return isObject(value) && Object.values(value).every(isJson);
}

const expectedNames = 'the name of a column, or a list of names';

/**
 * A set of names, given as a list in a file, as JSON or one name in a variable, or as a repeatable flag. Kept
 * as a map, so that names from several places are merged.
 */
export const nameSet: Rule<Readonly<Record<string, true>>> = {
  expected: expectedNames,
  schema: { type: ['array', 'string'], items: { type: 'string', minLength: 1 } },
  entries: true,
  read(written) {
    const parsed = typeof written === 'string' ? parseJson(written) : undefined;
    const names: unknown = Array.isArray(parsed) ? parsed : written;
    const values: Record<string, true> = Object.create(null);
    for (const name of [names].flat()) {
      if (typeof name !== 'string' || name === '')
        return invalid(`expected ${expectedNames}, found ${describeValue(name)}`);
      if (name === '__proto__') return invalid('this name is not allowed');
      values[name] = true;
    }
    return valid(values);
  },
};
