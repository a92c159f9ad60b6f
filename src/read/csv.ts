import type { JsonObject } from '../contract/json.ts';
import { isObject } from '../contract/json.ts';
import { safeCell, safeCsvColumn } from '../contract/safe-csv.ts';
import { attributePath, attributesField, fieldNames } from '../contract/user-fields.ts';
import { csvCell } from '../text.ts';
import { exactCell, type RecordWriter, valueAt } from './format.ts';

/** Max attributes with their own column: a spreadsheet with thousands of columns is unusable. */
const maxAttributeColumns = 100;

export interface CsvOptions {
  /** Only these fields. Default: all fields. */
  readonly fields: readonly string[] | undefined;
  /** The first records: their attributes get columns. */
  readonly sample: readonly JsonObject[];
  /** --safe-csv */
  readonly safe: boolean;
}

/**
 * Writes CSV from which upload reads the same records. An attribute that is text gets its own column. Upload
 * would read a number there as text, so all other attributes share the column custom_attributes, as JSON.
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
      const others = fields
        ? []
        : [exactCell(withoutColumns(value[attributesField], columns), attributesField, value)];
      return row([...[...cells, ...others].map(written), ...(safe ? [''] : [])]);
    },
    closing: '',
  };
}

/** A number is not repeated in the column of a text attribute, because it is in custom_attributes. */
function cellAt(value: JsonObject, path: string, columns: ReadonlySet<string>): string {
  const held = valueAt(value, path);
  const isColumn = columns.size > 0 && path.startsWith(`${attributesField}.`);
  return isColumn && typeof held !== 'string' ? '' : exactCell(held, path, value);
}

/** The attributes for the column custom_attributes. */
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

/** Whether a name is unchanged when it is read from the header. */
function isColumnName(name: string): boolean {
  return name !== '' && name.trim() === name && !/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/u.test(name);
}
