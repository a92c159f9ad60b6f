import { isDeepStrictEqual } from 'node:util';
import { isObject, parseJson, toJson } from '../contract/json.ts';
import { memberTexts } from '../contract/json-text.ts';
import { attributeName, attributePath, attributesField } from '../contract/user-fields.ts';

/** The values of a user as JSON text, in which numbers have all their digits. */
export interface UserText {
  /** By key, without custom_attributes. */
  readonly fields: ReadonlyMap<string, string>;
  /** Absent for a user without custom_attributes. */
  readonly attributes: ReadonlyMap<string, string> | undefined;
}

/** `json`: an object. A custom_attributes that is not an object stays among the fields. */
export function parseUser(json: string): UserText {
  const fields = memberTexts(json);
  const attributes = fields.get(attributesField);
  if (!attributes?.startsWith('{')) return { fields, attributes: undefined };
  fields.delete(attributesField);
  return { fields, attributes: memberTexts(attributes) };
}

export function userJson({ fields, attributes }: UserText): string {
  const members = [...fields].map(([key, value]) => `${toJson(key)}:${value}`);
  if (attributes) {
    const inner = [...attributes].map(([key, value]) => `${toJson(key)}:${value}`);
    members.push(`"${attributesField}":{${inner.join(',')}}`);
  }
  return `{${members.join(',')}}`;
}

/**
 * A user with the values of a patch: a field replaces the field of the user, an attribute replaces only that
 * attribute, and null removes the field or attribute. `clear`: paths that are removed unless the patch gives
 * a value for them.
 */
export function mergeUser(base: UserText, patch: UserText, clear: readonly string[] = []): UserText {
  const fields = new Map(base.fields);
  let attributes = base.attributes && new Map(base.attributes);
  const clearAttributes = () => {
    fields.delete(attributesField);
    // For upload, an empty object differs from an absent one.
    attributes = undefined;
  };
  for (const path of clear) {
    const name = attributeName(path);
    if (name !== undefined) attributes?.delete(name);
    else if (path === attributesField) clearAttributes();
    else fields.delete(path);
  }
  for (const [key, value] of patch.fields) {
    if (value !== 'null') fields.set(key, value);
    else if (key === attributesField) clearAttributes();
    else fields.delete(key);
  }
  for (const [name, value] of patch.attributes ?? []) {
    if (value === 'null') attributes?.delete(name);
    else {
      attributes ??= new Map();
      attributes.set(name, value);
    }
  }
  return { fields, attributes };
}

/** The paths whose values differ: `city`, `custom_attributes.plan`. */
export function changedPaths(before: UserText, after: UserText): string[] {
  return [
    ...changedKeys(before.fields, after.fields),
    ...changedKeys(before.attributes ?? noTexts, after.attributes ?? noTexts).map(attributePath),
    ...(isAbsent(before) !== isAbsent(after) && isEmpty(before) && isEmpty(after) ? [attributesField] : []),
  ];
}

/** The text of a value by its path; undefined where there is none. */
export function textAt({ fields, attributes }: UserText, path: string): string | undefined {
  const name = attributeName(path);
  return name === undefined ? fields.get(path) : attributes?.get(name);
}

const noTexts: ReadonlyMap<string, string> = new Map();

function isAbsent({ attributes }: UserText): boolean {
  return attributes === undefined;
}

function isEmpty({ attributes = noTexts }: UserText): boolean {
  return attributes.size === 0;
}

function changedKeys(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => !isSameValue(before.get(key), after.get(key)));
}

/**
 * Texts may differ in white space, escapes and the order of keys. Large integers must have the same digits.
 */
function isSameValue(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined || one === other) return one === other;
  const value = parseJson(one);
  return isDeepStrictEqual(value, parseJson(other)) && !hasLargeNumber(value);
}

/** Whether a number has lost digits that two different texts may differ in. */
function hasLargeNumber(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (Array.isArray(value)) return value.some(hasLargeNumber);
  return isObject(value) && Object.values(value).some(hasLargeNumber);
}
