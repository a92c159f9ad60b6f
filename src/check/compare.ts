import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../contract/json.ts';
import { attributePath, attributesField } from '../contract/user-fields.ts';
import { separateRefused } from '../records/refused-keys.ts';

/**
 * The paths at which a record of a file and the record that Miso returned differ, such as
 * `custom_attributes.plan`. What Miso itself changes does not count: it omits null and empty attributes,
 * writes dates in another format, returns keys of its own, and may return a year of birth instead of the age.
 */
export function differingFields(expected: JsonObject, returned: JsonObject): string[] {
  const stored = separateRefused(returned).record;
  const names = new Set([...Object.keys(expected), ...Object.keys(stored)]);
  return [...names].flatMap((name) => {
    if (name.startsWith('_')) return [];
    if (name === attributesField) return differingAttributes(expected[name], stored[name]);
    return isSameField(name, expected[name], stored[name]) ? [] : [name];
  });
}

function differingAttributes(expected: unknown, stored: unknown): string[] {
  const [own, other] = [attributesOf(expected), attributesOf(stored)];
  return [...new Set([...Object.keys(own), ...Object.keys(other)])]
    .filter((name) => !isSame(own[name], other[name]))
    .map(attributePath);
}

function attributesOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

const dateFields: ReadonlySet<string> = new Set(['created_at', 'updated_at']);

function isSameField(name: string, expected: unknown, stored: unknown): boolean {
  if (isSame(expected, stored)) return true;
  if (name === 'age') return stored === undefined;
  return dateFields.has(name) && isSameTime(expected, stored);
}

/** A date without a time is midnight UTC. */
function isSameTime(expected: unknown, stored: unknown): boolean {
  if (typeof expected !== 'string' || typeof stored !== 'string') return false;
  return Date.parse(expected) === Date.parse(stored);
}

function isSame(expected: unknown, stored: unknown): boolean {
  return isDeepStrictEqual(withoutNulls(expected), withoutNulls(stored));
}

function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, held]) => held !== null);
  return Object.fromEntries(entries.map(([name, held]) => [name, withoutNulls(held)]));
}
