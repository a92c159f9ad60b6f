import { malformedText } from './field-checks.ts';
import { InvalidValue } from './invalid-value.ts';

const loneSurrogate = /\p{Surrogate}/u;
const maxDepth = 64;

/**
 * Whether a JSON text may contain half characters. Fast; false positives are possible, false negatives are
 * not.
 */
export function mayBeMalformed(json: string): boolean {
  return json.includes('\\u') || loneSurrogate.test(json);
}

/** The first part of a JSON value that cannot be sent unchanged, if any. */
export function findUnencodable(value: unknown, at = '', depth = 0): InvalidValue | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : malformedText(value, at);
  if (typeof value === 'number') {
    return Number.isFinite(value)
      ? undefined
      : new InvalidValue('expected a number below 1.8e308', { value, at });
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= maxDepth)
    return new InvalidValue(`expected at most ${maxDepth} levels of nesting`, { value, at });
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const fault = findUnencodable(item, `${at}[${index}]`, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    const fault = key.isWellFormed()
      ? findUnencodable(item, `${at}.${key}`, depth + 1)
      : malformedText(key, at);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
