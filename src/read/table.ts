import type { JsonObject } from '../contract/json.ts';
import { isObject } from '../contract/json.ts';
import { attributeName, attributePath, attributesField } from '../contract/user-fields.ts';
import { exactCell, valueAt } from './format.ts';

/** A table of records, with one column for each field and attribute in any record. */
export interface RecordTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** @param fields Only these; default: all. */
export function recordTable(records: readonly JsonObject[], fields?: readonly string[]): RecordTable {
  const paths = fields ?? [...new Set(records.flatMap(pathsOf))];
  const names = new Set(paths);
  return {
    header: fields ?? paths.map((path) => shortName(path, names)),
    rows: records.map((record) => paths.map((path) => exactCell(valueAt(record, path), path, record))),
  };
}

function pathsOf(record: JsonObject): string[] {
  return Object.entries(record).flatMap(([name, value]) =>
    name === attributesField && isObject(value) ? Object.keys(value).map(attributePath) : [name],
  );
}

/** The column name of an attribute is its own name, unless a field has the same name. */
function shortName(path: string, names: ReadonlySet<string>): string {
  const name = attributeName(path);
  return name === undefined || name === '' || names.has(name) ? path : name;
}
