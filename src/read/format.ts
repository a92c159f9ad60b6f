import { isObject } from '../contract/json.ts';
import { attributeName, attributesField, isFieldName } from '../contract/user-fields.ts';

/** How records are printed. */
export type RecordFormat = 'json' | 'ndjson' | 'csv' | 'table';

/** Turns records into text, one after the other. */
export interface RecordWriter {
  readonly opening: string;
  /** `first`: no record was written before. */
  record(value: Readonly<Record<string, unknown>>, first: boolean): string;
  readonly closing: string;
}

/** @param single One user was requested: JSON is then an object, and otherwise a list. */
export function jsonWriter(
  format: 'json' | 'ndjson',
  { single, fields }: { readonly single: boolean; readonly fields: readonly string[] | undefined },
): RecordWriter {
  if (format === 'ndjson')
    return { opening: '', record: (value) => `${JSON.stringify(pick(value, fields))}\n`, closing: '' };
  if (single) {
    return {
      opening: '',
      record: (value) => `${JSON.stringify(pick(value, fields), null, 2)}\n`,
      closing: '',
    };
  }
  return {
    opening: '[',
    record: (value, first) => `${first ? '\n' : ',\n'}${JSON.stringify(pick(value, fields))}`,
    closing: '\n]\n',
  };
}

/** The fields of a record that are lost in CSV: empty ones, and those outside Miso's record. */
export function fieldsLostInCsv(value: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(value)
    .filter(([field, held]) => held === '' || held === null || !isFieldName(field))
    .map(([field]) => field);
}

/** The requested fields that a record does not have. */
export function missingFields(value: Readonly<Record<string, unknown>>, fields: readonly string[]): string[] {
  return fields.filter((field) => valueAt(value, field) === undefined);
}

/** Only some fields of a record; `custom_attributes.plan` keeps its place. */
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
  return picked;
}

/** A field of a record; `custom_attributes.plan` is that attribute. Undefined where there is none. */
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
 * A value as the cell of a table, such that upload reads the same value back: text as it is, anything else as JSON
 * (`custom_attributes` as one object), and nothing for an absent or null value.
 */
export function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
