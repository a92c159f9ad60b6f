import { isObject } from '../../contract/json.ts';
import { Secret } from '../secret.ts';
import { invalid, type Rule, valid } from './rule.ts';

const maxLength = 4096;

/** The API key. No message of this rule repeats the value. */
export const apiKey: Rule<Secret> = {
  expected: 'the secret API key from the Miso dashboard, as text',
  schema: { type: 'string', minLength: 1, maxLength },
  read(value) {
    if (typeof value === 'string') {
      const problem = problemOf(value);
      return problem === undefined ? valid(new Secret(value)) : invalid(problem);
    }
    const kind = isObject(value) ? 'a map' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
    return invalid(`expected ${apiKey.expected}, found ${kind}; put the key in quotes`);
  },
};

/** Why a text cannot be sent in an HTTP header; undefined if it can. */
function problemOf(key: string): string | undefined {
  if (key.trim() === '') return 'the key is empty';
  if (key.length > maxLength) return `the key is too long: ${key.length} characters`;
  if (/[\r\n]/.test(key)) return 'the key contains a line break; expected a single line';
  if (/\s/.test(key)) return 'the key contains white space; check what was pasted';
  if (/[\x00-\x1f\x7f]/.test(key)) return 'the key contains a control character; copy it again';
  if (/[^\x21-\x7e]/.test(key)) return 'the key contains a character outside ASCII; copy it again';
  return undefined;
}

/** The key of --hash. No message of this rule repeats the value. */
export const hashKey: Rule<Secret> = {
  expected: 'a secret text',
  schema: { type: 'string', minLength: 1, maxLength },
  read(value) {
    if (typeof value !== 'string') return invalid(`expected ${hashKey.expected}; put the key in quotes`);
    if (value.trim() === '') return invalid('the key is empty');
    if (value.length > maxLength) return invalid(`the key is too long: ${value.length} characters`);
    return valid(new Secret(value));
  },
};
