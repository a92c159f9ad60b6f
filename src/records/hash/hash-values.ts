import { isObject, type JsonObject } from '../../contract/json.ts';
import { attributePath, attributesField } from '../../contract/user-fields.ts';
import type { RowRecord } from '../../input/source.ts';
import type { RecordBuilder } from '../record-builder.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import type { Hasher } from './hasher.ts';

/** The cells of a row, with a hash in each column that is hashed. */
export function hashRow({ cells, file }: RowRecord, hasher: Hasher | undefined): readonly string[] {
  if (hasher === undefined) return cells;
  const columns = file.table?.columns ?? [];
  return cells.map((cell, at) => (hasher.columns.has(columns[at] ?? '') ? hasher.hash(cell) : cell));
}

/** A JSON record with hashes. A value that cannot be hashed is left out, and the record is rejected. */
export function hashObject(
  record: JsonObject,
  builder: RecordBuilder,
  hasher: Hasher | undefined,
): JsonObject {
  if (hasher === undefined) return record;
  const object = hashMembers(record, (name) => name, { hasher, builder });
  const attributes = object[attributesField];
  const inner = isObject(attributes)
    ? hashMembers(attributes, attributePath, { hasher, builder })
    : attributes;
  const hashed = inner === attributes ? object : replaced(object, attributesField, inner);
  builder.changed ||= hashed !== record;
  return hashed;
}

interface Context {
  readonly hasher: Hasher;
  readonly builder: RecordBuilder;
}

function hashMembers(
  object: JsonObject,
  pathOf: (name: string) => string,
  { hasher, builder }: Context,
): JsonObject {
  let hashed = object;
  for (const name of Object.keys(object)) {
    if (!hasher.columns.has(pathOf(name))) continue;
    const value = hashValue(object[name], hasher);
    if (value instanceof InvalidValue) builder.reject(pathOf(name), value);
    hashed = replaced(hashed, name, value instanceof InvalidValue ? '' : value);
  }
  return hashed;
}

/** A list stays a list. */
function hashValue(value: unknown, hasher: Hasher): unknown {
  if (!Array.isArray(value)) return hashSingle(value, hasher);
  const items = value.map((item: unknown) => hashSingle(item, hasher));
  return items.find((item) => item instanceof InvalidValue) ?? items;
}

/** Null stays null, because it is not a value. A message never contains the value. */
function hashSingle(value: unknown, hasher: Hasher): unknown {
  if (typeof value === 'string') return hasher.hash(value);
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return hasher.hash(String(value));
  if (value === null) return null;
  const hint = typeof value === 'number' ? 'Put the number in quotes, so that no digit is lost.' : undefined;
  return new InvalidValue('cannot be hashed: expected text', { hint });
}

/** A copy in which one member has another value. A key may be called `__proto__`. */
function replaced(object: JsonObject, name: string, value: unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, held]) => [key, key === name ? value : held]));
}
