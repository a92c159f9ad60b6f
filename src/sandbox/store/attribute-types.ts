import { isObject } from '../../contract/json.ts';

/** The type of a custom attribute in a data set. `list`: only empty lists were stored so far. */
export type AttributeType =
  | 'boolean'
  | 'number'
  | 'string'
  | 'list'
  | 'list of numbers'
  | 'list of strings'
  | 'list of objects';

/** The kind of a value: a type, null (which fits every type), or the name of a kind that is not allowed. */
export type ValueKind =
  | { readonly allowed: true; readonly type: AttributeType | null }
  | { readonly allowed: false; readonly found: string };

/** The kind of a value of `custom_attributes`. Integers and decimals are one type. */
export function kindOf(value: unknown): ValueKind {
  if (value === null) return { allowed: true, type: null };
  if (Array.isArray(value)) return kindOfList(value);
  if (typeof value === 'object') return { allowed: false, found: 'object' };
  if (typeof value === 'number' && !Number.isFinite(value))
    return { allowed: false, found: 'infinite number' };
  return { allowed: true, type: typeof value as 'boolean' | 'number' | 'string' };
}

function kindOfList(list: readonly unknown[]): ValueKind {
  if (list.length === 0) return { allowed: true, type: 'list' };
  if (list.every((item) => typeof item === 'string')) return { allowed: true, type: 'list of strings' };
  if (list.every((item) => typeof item === 'number' && Number.isFinite(item)))
    return { allowed: true, type: 'list of numbers' };
  if (list.every(isFlatObject)) return { allowed: true, type: 'list of objects' };
  return { allowed: false, found: nameOfMixedList(list) };
}

function nameOfMixedList(list: readonly unknown[]): string {
  const names = new Set(list.map(jsonTypeOf));
  if (names.size > 1) return 'list of mixed types';
  const [only] = names;
  return only === 'object' ? 'list of nested objects' : `list of ${only === 'null' ? 'null' : `${only}s`}`;
}

function isFlatObject(value: unknown): boolean {
  return (
    isObject(value) && Object.values(value).every((inner) => typeof inner !== 'object' || inner === null)
  );
}

/** The name of a value's type in JSON Schema: `array`, `null`, `integer`, … */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** The types of a data set's attributes, by name. */
export type AttributeTypes = ReadonlyMap<string, AttributeType>;

/**
 * The type of an attribute after a value of `type` is stored; `conflict` when the value does not fit the
 * known type. null fits every type. An empty list fits every list type; the first list with items sets the
 * type.
 */
export function mergeType(
  known: AttributeType | undefined,
  type: AttributeType | null,
): AttributeType | undefined | 'conflict' {
  if (type === null || known === type) return known;
  if (known === undefined) return type;
  if (type === 'list' && known.startsWith('list')) return known;
  if (known === 'list' && type.startsWith('list')) return type;
  return 'conflict';
}
