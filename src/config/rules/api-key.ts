import { isObject } from '../../contract/json.ts';
import { Secret } from '../sources/secret.ts';
import { bad, good, type Rule } from './rule.ts';

const longest = 4096;

/** The key of Miso; no message of this rule repeats what was found. */
export const apiKey: Rule<Secret> = {
  expected: 'the secret key from the dashboard of Miso, as text',
  read(value) {
    if (typeof value === 'string') {
      const fault = faultOf(value);
      return fault === undefined ? good(new Secret(value)) : bad(fault);
    }
    const kind = isObject(value) ? 'a map' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
    return bad(`expected ${apiKey.expected}, found ${kind}; put the key in quotes`);
  },
};

/** Why a text could not travel in the header of a request, or undefined when it can. */
function faultOf(key: string): string | undefined {
  if (key.trim() === '') return 'the key is empty';
  if (key.length > longest) return `this is too long to be a key: ${key.length} characters`;
  if (/[\r\n]/.test(key)) return 'the key holds a line break; expected a single line';
  if (/\s/.test(key)) return 'the key holds white space; check that nothing was pasted along with it';
  if (/[\x00-\x1f\x7f]/.test(key)) return 'the key holds a control character; copy it again';
  if (/[^\x21-\x7e]/.test(key)) return 'the key holds a character outside ASCII; copy it again';
  return undefined;
}
