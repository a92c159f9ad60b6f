import { malformedText } from './field-checks.ts';
import { InvalidValue } from './invalid-value.ts';

const loneSurrogate = /\p{Surrogate}/u;
const deepest = 64;

/** Whether a JSON text may hold what `unsendable` looks for in strings: cheap, and right when it says no. */
export function maySplitCharacters(json: string): boolean {
  return json.includes('\\u') || loneSurrogate.test(json);
}

function brokenText(text: string, at: string): InvalidValue | undefined {
  return text.isWellFormed() ? undefined : malformedText(text, at);
}

/** The first thing inside a value of any shape that would not arrive as it is; undefined when all would. */
export function unsendable(value: unknown, at = '', depth = 0): InvalidValue | undefined {
  if (typeof value === 'string') return brokenText(value, at);
  if (typeof value === 'number') {
    return Number.isFinite(value)
      ? undefined
      : new InvalidValue('expected a number below 1.8e308', { value, at });
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= deepest)
    return new InvalidValue(`expected at most ${deepest} levels of nesting`, { value, at });
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const fault = unsendable(item, `${at}[${index}]`, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    const fault = brokenText(key, at) ?? unsendable(item, `${at}.${key}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
