import type { JsonObject } from '../contract/json.ts';
import { isObject } from '../contract/json.ts';
import { safeCell, safeCsvColumn } from '../contract/safe-csv.ts';
import { attributePath, attributesField, fieldNames } from '../contract/user-fields.ts';
import { csvCell } from '../text.ts';
import { cellOf, type RecordWriter, valueAt } from './format.ts';

/** Attributes that get a column of their own: a spreadsheet with thousands of columns is of no use. */
const maxAttributeColumns = 100;

export interface CsvOptions {
  /** Only these; default: all fields. */
  readonly fields: readonly string[] | undefined;
  /** The first records: their attributes get columns. */
  readonly sample: readonly JsonObject[];
  /** --safe-csv */
  readonly safe: boolean;
}

/**
 * Writes CSV that upload reads back as the same records. An attribute that is text gets a column of its own; upload
 * would read a number as text there, so all others share the column custom_attributes, as JSON.
 */
export function csvWriter({ fields, sample, safe }: CsvOptions): RecordWriter {
  const attributes = fields ? [] : textAttributes(sample);
  const columns = new Set(attributes);
  const paths = fields ?? [
    ...fieldNames.filter((name) => name !== attributesField),
    ...attributes.map(attributePath),
  ];
  const row = (cells: readonly string[]) => `${cells.map((cell) => csvCell(cell)).join(',')}\n`;
  const written = safe ? safeCell : (cell: string) => cell;
  const header = [...paths, ...(fields ? [] : [attributesField]), ...(safe ? [safeCsvColumn] : [])];
  return {
    opening: row(header),
    record: (value) => {
      const cells = paths.map((path) => cellAt(value, path, columns));
      const others = fields ? [] : [cellOf(withoutColumns(value[attributesField], columns))];
      return row([...[...cells, ...others].map(written), ...(safe ? [''] : [])]);
    },
    closing: '',
  };
}

/** A number in a column of text attributes is not repeated here: it is in custom_attributes. */
function cellAt(value: JsonObject, path: string, columns: ReadonlySet<string>): string {
  const held = valueAt(value, path);
  const isColumn = columns.size > 0 && path.startsWith(`${attributesField}.`);
  return isColumn && typeof held !== 'string' ? '' : cellOf(held);
}

/** What is left of custom_attributes for its own column. */
function withoutColumns(attributes: unknown, columns: ReadonlySet<string>): unknown {
  if (!isObject(attributes) || columns.size === 0) return attributes;
  const rest = Object.entries(attributes).filter(([name, value]) => !(columns.has(name) && isCell(value)));
  return rest.length === 0 && Object.keys(attributes).length > 0 ? undefined : Object.fromEntries(rest);
}

function textAttributes(sample: readonly JsonObject[]): string[] {
  const names = new Set<string>();
  for (const record of sample) {
    const attributes = record[attributesField];
    if (!isObject(attributes)) continue;
    for (const [name, value] of Object.entries(attributes))
      if (isCell(value) && isColumnName(name) && names.size < maxAttributeColumns) names.add(name);
  }
  return [...names];
}

/** An empty cell would be read as an absent value. */
function isCell(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A name that comes back from the header as it is. */
function isColumnName(name: string): boolean {
  return name !== '' && name.trim() === name && !/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/u.test(name);
}
