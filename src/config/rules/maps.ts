import { isObject, parseJson } from '../../contract/json.ts';
import { quoteText } from '../../text.ts';
import { bad, good, type Judged, type Medium, type Rule, show } from './rule.ts';

/**
 * Names with a value each: a map in a file, JSON in a variable, `name=value` in a flag given any number of times.
 * The result has no prototype, so that a column called `toString` finds nothing of the language's own.
 */
export function mapOf<T>(value: Rule<T>, entry: string): Rule<Readonly<Record<string, T>>> {
  const expected = `a map of ${entry}`;
  return {
    expected,
    entries: true,
    read(written, medium) {
      const pairs = pairsOf(written, { expected, entry });
      return pairs.ok ? readEach(pairs.value, value, medium) : pairs;
    },
  };
}

type Pairs = readonly (readonly [string, unknown])[];

function pairsOf(written: unknown, words: { expected: string; entry: string }): Judged<Pairs> {
  if (Array.isArray(written)) return pairsOfFlags(written, words.entry);
  if (isObject(written)) return good(Object.entries(written));
  const parsed = typeof written === 'string' ? parseJson(written) : undefined;
  if (isObject(parsed)) return good(Object.entries(parsed));
  const json = typeof written === 'string' ? ', written as a JSON object' : '';
  return bad(`expected ${words.expected}${json}, found ${show(written)}`);
}

function pairsOfFlags(written: readonly unknown[], entry: string): Judged<Pairs> {
  const pairs: [string, string][] = [];
  for (const pair of written) {
    const split = typeof pair === 'string' ? pair.indexOf('=') : -1;
    if (typeof pair !== 'string' || split < 1) return bad(`expected ${entry}, found ${show(pair)}`);
    pairs.push([pair.slice(0, split), pair.slice(split + 1)]);
  }
  return good(pairs);
}

function readEach<T>(pairs: Pairs, rule: Rule<T>, medium: Medium): Judged<Readonly<Record<string, T>>> {
  const values: Record<string, T> = Object.create(null);
  const problems: string[] = [];
  for (const [name, written] of pairs) {
    const judged = name === '__proto__' ? bad('this name is not allowed') : rule.read(written, medium);
    if (judged.ok) values[name] = judged.value;
    else problems.push(`${quoteText(name)}: ${judged.problem}`);
  }
  return problems.length === 0 ? good(values) : bad(problems.join('; '));
}

/** The value of a query parameter, as text. */
export const parameter: Rule<string> = {
  expected: 'text, a number, true or false',
  read(value) {
    if (typeof value === 'string') return good(value);
    if (typeof value === 'boolean' || Number.isFinite(value)) return good(String(value));
    return bad(`expected ${parameter.expected}, found ${show(value)}`);
  },
};

/** Query parameters; the key is not one of them, because a URL ends up in logs. */
export const parameters: Rule<Readonly<Record<string, string>>> = {
  ...mapOf(parameter, 'name=value'),
  read(written, medium) {
    const judged = mapOf(parameter, 'name=value').read(written, medium);
    const key = judged.ok && Object.keys(judged.value).find((name) => name.toLowerCase() === 'api_key');
    if (!key) return judged;
    return bad('api_key cannot be a parameter, because URLs end up in logs; give the key as MISO_API_KEY');
  },
};

/** Any value that JSON can hold. */
export const jsonValue: Rule<unknown> = {
  expected: 'any JSON value',
  read(value) {
    return isJson(value) ? good(value) : bad(`expected ${jsonValue.expected}, found ${show(value)}`);
  },
};

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isJson);
  return isObject(value) && Object.values(value).every(isJson);
}
