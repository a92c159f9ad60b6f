import { exactJson, exactJsonOf, indentJson, keepTextOf } from '../contract/exact-json.ts';
import { isObject, type JsonObject } from '../contract/json.ts';
import {
  attributeName,
  attributePath,
  attributesField,
  isFieldName,
  refusedMember,
} from '../contract/user-fields.ts';

/** Output formats of records. */
export type RecordFormat = 'json' | 'ndjson' | 'csv' | 'table';

/** Converts records to text, one by one. */
export interface RecordWriter {
  readonly opening: string;
  /** `first`: no record was written before. */
  record(value: Readonly<Record<string, unknown>>, first: boolean): string;
  readonly closing: string;
}

export interface JsonOptions {
  /** One user was requested, so JSON is an object instead of a list. */
  readonly single: boolean;
  /** Only these fields. Default: all fields. */
  readonly fields: readonly string[] | undefined;
  /** Converts a record to one that upload accepts. Default: no conversion. */
  readonly separate?: (record: JsonObject) => JsonObject;
}

export function jsonWriter(
  format: 'json' | 'ndjson',
  { single, fields, separate = (record) => record }: JsonOptions,
): RecordWriter {
  const shown = (value: JsonObject) => separate(pick(value, fields));
  if (format === 'ndjson')
    return { opening: '', record: (value) => `${exactJson(shown(value))}\n`, closing: '' };
  if (single)
    return { opening: '', record: (value) => `${indentJson(exactJson(shown(value)))}\n`, closing: '' };
  return {
    opening: '[',
    record: (value, first) => `${first ? '\n' : ',\n'}${exactJson(shown(value))}`,
    closing: '\n]\n',
  };
}

/** The fields of a record that are lost in CSV: empty ones, and those that upload would refuse. */
export function fieldsLostInCsv(value: JsonObject): string[] {
  return Object.entries(value).flatMap(([field, held]) => {
    if (field === refusedMember && isObject(held)) return pathsIn(held);
    return held === '' || held === null || !isFieldName(field) ? [field] : [];
  });
}

function pathsIn(refused: JsonObject): string[] {
  return Object.entries(refused).flatMap(([field, held]) =>
    field === attributesField && isObject(held) ? Object.keys(held).map(attributePath) : [field],
  );
}

/** The requested fields that a record does not have. */
export function missingFields(value: Readonly<Record<string, unknown>>, fields: readonly string[]): string[] {
  return fields.filter((field) => valueAt(value, field) === undefined);
}

/** Selects fields of a record. `custom_attributes.plan` stays inside custom_attributes. */
function pick(
  value: Readonly<Record<string, unknown>>,
  fields: readonly string[] | undefined,
): Readonly<Record<string, unknown>> {
  if (!fields) return value;
  const picked: Record<string, unknown> = {};
  for (const field of fields) {
    const held = valueAt(value, field);
    if (held === undefined) continue;
    const attribute = attributeOf(value, field);
    if (attribute === undefined) define(picked, field, held);
    else {
      picked[attributesField] ??= {};
      define(picked[attributesField] as Record<string, unknown>, attribute, held);
    }
  }
  return keepTextOf(value, picked);
}

/** A field of a record; `custom_attributes.plan` is that attribute. Undefined if it does not exist. */
export function valueAt(value: Readonly<Record<string, unknown>>, field: string): unknown {
  if (Object.hasOwn(value, field)) return value[field];
  const attribute = attributeOf(value, field);
  const attributes = value[attributesField];
  if (attribute === undefined || !isObject(attributes)) return undefined;
  return Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
}

function attributeOf(value: Readonly<Record<string, unknown>>, field: string): string | undefined {
  return Object.hasOwn(value, field) ? undefined : attributeName(field);
}

/** A key may be called `__proto__`. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * A value as the cell of a table, from which upload reads the same value: text unchanged, anything else as
 * JSON (`custom_attributes` as one object), and an empty cell for an absent or null value.
 */
export function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same for a value of a record, with all digits of its numbers. */
export function exactCell(value: unknown, path: string, record: JsonObject): string {
  if (value === undefined || value === null || typeof value === 'string') return cellOf(value);
  const attribute = attributeOf(record, path);
  return exactJsonOf(value, attribute === undefined ? path : [attributesField, attribute], record);
}
