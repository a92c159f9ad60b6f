import type { FaultyRecord, JsonRecord, RowRecord, SourceFile } from '../../src/input/source.ts';
import type { Rejection, Shaped, UserRecord } from '../../src/records/record.ts';
import { createShaper } from '../../src/records/shape.ts';
import type { ShapeSettings } from '../../src/records/shape-settings.ts';

/** Settings as they are when nothing was asked for, but for what is given. */
export function settings(given: Partial<ShapeSettings> = {}): ShapeSettings {
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
    hint: 'Mend it.',
  };
}

/** Shapes one record with a shaper of its own. */
export function shapeOne(
  record: RowRecord | JsonRecord | FaultyRecord,
  given: Partial<ShapeSettings> = {},
): Shaped {
  return createShaper(settings(given)).shape([record])[0]!;
}

/** A row given as column to cell, shaped. */
export function shapeRow(
  cells: Readonly<Record<string, string>>,
  given: Partial<ShapeSettings> = {},
): Shaped {
  return shapeOne(row(tableFile(Object.keys(cells)), Object.values(cells)), given);
}

export function shapeJson(value: unknown, given: Partial<ShapeSettings> = {}): Shaped {
  return shapeOne(json(value), given);
}

/** The record that is sent; fails with the reasons when it was rejected. */
export function sent(shaped: Shaped): Record<string, unknown> {
  if (shaped.kind === 'rejected') throw new Error(`rejected: ${JSON.stringify(shaped.reasons)}`);
  return JSON.parse(accepted(shaped).json) as Record<string, unknown>;
}

export function accepted(shaped: Shaped): UserRecord {
  if (shaped.kind === 'rejected') throw new Error(`rejected: ${JSON.stringify(shaped.reasons)}`);
  return shaped;
}

export function rejected(shaped: Shaped): Rejection {
  if (shaped.kind === 'user') throw new Error(`accepted: ${shaped.json}`);
  return shaped;
}

/** The fields at fault, in order. */
export function faultyFields(shaped: Shaped): string[] {
  return rejected(shaped).reasons.map(({ field }) => field);
}
