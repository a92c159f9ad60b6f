import type { FaultyRecord, JsonRecord, RowRecord, SourceFile } from '../../src/input/source.ts';
import type { ColumnSettings } from '../../src/records/column-settings.ts';
import type { MappedRecord, Rejection, UserRecord } from '../../src/records/record.ts';
import { createRecordMapper } from '../../src/records/record-mapper.ts';

/** The default settings, with changes. */
export function settings(given: Partial<ColumnSettings> = {}): ColumnSettings {
  return { map: {}, set: {}, type: {}, listSeparator: '|', coerce: false, assumeUtc: false, ...given };
}

export function tableFile(columns: readonly string[], path = 'users.csv'): SourceFile {
  const raw = columns.join(',');
  return { index: 0, path, format: 'csv', encoding: 'utf-8', table: { columns, raw, delimiter: ',' } };
}

export function jsonFile(path = 'users.ndjson'): SourceFile {
  return { index: 0, path, format: 'ndjson', encoding: 'utf-8' };
}

export function row(file: SourceFile, cells: readonly string[], line = 2): RowRecord {
  return { kind: 'row', file, line, raw: cells.join(','), cells };
}

/** A JSON record from its text. */
export function jsonText(
  raw: string,
  given: { line?: number; lossy?: readonly string[]; file?: SourceFile } = {},
): JsonRecord {
  const { line = 1, lossy, file = jsonFile() } = given;
  const value: unknown = JSON.parse(raw);
  return { kind: 'json', file, line, raw, value, ...(lossy === undefined ? {} : { lossy }) };
}

export function json(
  value: unknown,
  given: { line?: number; lossy?: readonly string[]; file?: SourceFile } = {},
): JsonRecord {
  return jsonText(JSON.stringify(value), given);
}

export function faulty(reason: string): FaultyRecord {
  return {
    kind: 'faulty',
    file: jsonFile(),
    line: 3,
    raw: '{"user_id":',
    reason,
    found: '{"user_id":',
    hint: 'Fix it.',
  };
}

/** Shapes one record with a mapper of its own. */
export function mapOne(
  record: RowRecord | JsonRecord | FaultyRecord,
  given: Partial<ColumnSettings> = {},
): MappedRecord {
  return createRecordMapper(settings(given)).map([record])[0]!;
}

/** A row given as column to cell, mapped. */
export function mapRow(
  cells: Readonly<Record<string, string>>,
  given: Partial<ColumnSettings> = {},
): MappedRecord {
  return mapOne(row(tableFile(Object.keys(cells)), Object.values(cells)), given);
}

export function mapJson(value: unknown, given: Partial<ColumnSettings> = {}): MappedRecord {
  return mapOne(json(value), given);
}

/** The record that is sent; fails with the reasons when it was rejected. */
export function sent(mapped: MappedRecord): Record<string, unknown> {
  if (mapped.kind === 'rejected') throw new Error(`rejected: ${JSON.stringify(mapped.reasons)}`);
  return JSON.parse(accepted(mapped).json) as Record<string, unknown>;
}

export function accepted(mapped: MappedRecord): UserRecord {
  if (mapped.kind === 'rejected') throw new Error(`rejected: ${JSON.stringify(mapped.reasons)}`);
  return mapped;
}

export function rejected(mapped: MappedRecord): Rejection {
  if (mapped.kind === 'user') throw new Error(`accepted: ${mapped.json}`);
  return mapped;
}

/** The fields at fault, in order. */
export function faultyFields(mapped: MappedRecord): string[] {
  return rejected(mapped).reasons.map(({ field }) => field);
}
