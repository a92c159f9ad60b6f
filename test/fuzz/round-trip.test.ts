import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvWriter } from '../../src/read/csv.ts';
import { jsonWriter } from '../../src/read/format.ts';
import { zstdFrame } from '../input/zstd-frame.ts';
import { check, chunkLengths, inScene } from './scene.ts';
import { lastOfEach, users } from './users.ts';

const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};
const compressions: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  '': (bytes) => bytes,
  '.gz': (bytes) => gzipSync(bytes),
  '.br': (bytes) => brotliCompressSync(bytes),
  '.zst': (bytes) => zstdFrame(bytes),
};
const format = fc.constantFrom('csv', 'json', 'ndjson');
const encoding = fc.constantFrom(...Object.keys(encodings));
const compression = fc.constantFrom(...Object.keys(compressions));

/** Records as `miso users read` prints them. */
function printed(list: readonly Record<string, unknown>[], as: 'csv' | 'json' | 'ndjson'): string {
  // Some attributes occur only after the columns are determined, and some files are made safe for
  // spreadsheets.
  const sample = list.slice(0, Math.ceil(list.length / 2));
  const fields = undefined;
  const writer =
    as === 'csv'
      ? csvWriter({ fields, sample, safe: list.length % 2 === 0 })
      : jsonWriter(as, { single: false, fields });
  return `${writer.opening}${list.map((user, at) => writer.record(user, at === 0)).join('')}${writer.closing}`;
}

describe('records that were read back', () => {
  const trip = fc.tuple(users, format as fc.Arbitrary<'csv' | 'json' | 'ndjson'>, encoding, compression);

  test('are the records that were uploaded, from a file of any format, encoding and compression', () =>
    check(
      fc.asyncProperty(trip, ([list, as, encoded, ending]) =>
        inScene(async ({ write, upload, stored }) => {
          const name = `users.${as}${ending}`;
          await write(name, compressions[ending]!(encodings[encoded]!(printed(list, as))));
          const { summary, error } = await upload([name]);
          expect({ error, errors: summary.errors }).toEqual({ error: undefined, errors: [] });
          expect(summary.records.read).toBe(list.length);
          expect(stored()).toEqual(lastOfEach(list));
        }),
      ),
      25,
    ));

  test('are the records that were uploaded, from a stream that arrives in any pieces', () =>
    check(
      fc.asyncProperty(
        trip.filter(([, , , ending]) => ending !== '.br'),
        chunkLengths,
        ([list, as, encoded, ending], lengths) =>
          inScene(async ({ uploadStream, stored }) => {
            const bytes = compressions[ending]!(encodings[encoded]!(printed(list, as)));
            const { summary, error } = await uploadStream(bytes, lengths, { read: { format: as } });
            expect({ error, errors: summary.errors }).toEqual({ error: undefined, errors: [] });
            expect(stored()).toEqual(lastOfEach(list));
          }),
      ),
      15,
    ));

  test('are restored from a table of any dialect', () =>
    check(
      fc.asyncProperty(
        users,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        (list, delimiter, lineEnd) =>
          inScene(async ({ write, upload, stored }) => {
            const columns = ['user_id', 'name', 'description', 'age', 'created_at', 'custom_attributes'];
            const quoted = (value: unknown) => {
              const cell =
                typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
              // An unquoted byte order mark at the start of a row is one between two files.
              return /^\uFEFF|[",;|\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
            };
            const rows = list.map((user) => columns.map((column) => quoted(user[column])).join(delimiter));
            await write('users.csv', [columns.join(delimiter), ...rows, ''].join(lineEnd));
            const { error } = await upload(['users.csv']);
            expect(error).toBeUndefined();
            const kept = list.map((user) =>
              Object.fromEntries(Object.entries(user).filter(([field]) => columns.includes(field))),
            );
            expect(stored()).toEqual(lastOfEach(kept));
          }),
      ),
      15,
    ));
});
