import { isObject } from '../../contract/json.ts';
import { InvalidValue } from './invalid-value.ts';

/**
 * The types of a custom attribute, worded for messages. `any` (null) and `a list` (an empty one) fit several.
 */
export type AttributeType =
  | 'a boolean'
  | 'a number'
  | 'a string'
  | 'a list of numbers'
  | 'a list of strings'
  | 'a list of objects'
  | 'a list'
  | 'any';

const expectedValue =
  'expected a boolean, number, string, null, or a list of numbers, strings or flat objects';
const expectedItem = 'expected a number, a string or a flat object';
const expectedFlat = 'expected a boolean, number, string or null';
/** Max faults per list: a list may have a million invalid items. */
const maxFaults = 100;

function isScalar(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    default:
      return value === null;
  }
}

function isFlat(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const key in value) if (!isScalar(value[key])) return false;
  return true;
}

function listTypeOf(list: readonly unknown[]): AttributeType | undefined {
  if (list.length === 0) return 'a list';
  switch (typeof list[0]) {
    case 'number':
      return list.every((item) => Number.isFinite(item)) ? 'a list of numbers' : undefined;
    case 'string':
      return list.every((item) => typeof item === 'string') ? 'a list of strings' : undefined;
    default:
      return list.every(isFlat) ? 'a list of objects' : undefined;
  }
}

/** The type of an attribute's value; undefined for a value that Miso refuses (see `attributeFaults`). */
export function attributeTypeOf(value: unknown): AttributeType | undefined {
  switch (typeof value) {
    case 'string':
      return 'a string';
    case 'number':
      return Number.isFinite(value) ? 'a number' : undefined;
    case 'boolean':
      return 'a boolean';
    default:
      if (value === null) return 'any';
      return Array.isArray(value) ? listTypeOf(value) : undefined;
  }
}

function numberFault(value: number, at: string): InvalidValue {
  return new InvalidValue('expected a number below 1.8e308', {
    value,
    at,
    hint: 'Put numbers of this size in quotes.',
  });
}

function objectFaults(object: object, at: string): InvalidValue[] {
  const faults: InvalidValue[] = [];
  for (const [key, value] of Object.entries(object)) {
    if (faults.length >= maxFaults) break;
    if (isScalar(value)) continue;
    const inside = `${at}.${key}`;
    faults.push(
      typeof value === 'number'
        ? numberFault(value, inside)
        : new InvalidValue(expectedFlat, {
            value,
            at: inside,
            hint: 'Objects in a list cannot contain lists or objects.',
          }),
    );
  }
  return faults;
}

function itemKind(item: unknown): 'number' | 'string' | 'object' | undefined {
  if (typeof item === 'number' || typeof item === 'string')
    return typeof item === 'number' ? 'number' : 'string';
  return isObject(item) ? 'object' : undefined;
}

function itemFaults(list: readonly unknown[]): InvalidValue[] {
  const faults: InvalidValue[] = [];
  let kind: 'number' | 'string' | 'object' | undefined;
  for (const [index, item] of list.entries()) {
    if (faults.length >= maxFaults) break;
    const at = `[${index}]`;
    const found = itemKind(item);
    if (found === undefined) faults.push(new InvalidValue(expectedItem, { value: item, at }));
    else if (kind !== undefined && found !== kind) {
      faults.push(
        new InvalidValue(
          `expected ${kind === 'object' ? 'an object' : `a ${kind}`}, like the items before it`,
          {
            value: item,
            at,
          },
        ),
      );
    } else if (found === 'object') faults.push(...objectFaults(item as object, at));
    else if (found === 'number' && !Number.isFinite(item)) faults.push(numberFault(item as number, at));
    kind ??= found;
  }
  return faults;
}

/** All faults of an attribute's value, each with its path; empty for a valid value. */
export function attributeFaults(value: unknown): InvalidValue[] {
  if (attributeTypeOf(value) !== undefined) return [];
  if (Array.isArray(value)) return itemFaults(value);
  if (typeof value === 'number') return [numberFault(value, '')];
  return [
    new InvalidValue(expectedValue, {
      value,
      hint: 'Make each value inside the object a separate attribute, or put the object in a list.',
    }),
  ];
}
