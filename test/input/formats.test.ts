import { expect, test } from 'vitest';
import { formatList, formatNames, nameParts } from '../../src/input/formats.ts';

test.each([
  ['users.csv', { stem: 'users', extension: 'csv', format: 'csv' }],
  ['a/users.CSV.gz', { stem: 'a/users', extension: 'CSV', format: 'csv' }],
  ['users.csv.gzip', { stem: 'users', extension: 'csv', format: 'csv' }],
  ['people.tab', { stem: 'people', extension: 'tab', format: 'tsv' }],
  ['users.jsonlines.zstd', { stem: 'users', extension: 'jsonlines', format: 'ndjson' }],
  ['export.2024.json', { stem: 'export.2024', extension: 'json', format: 'json' }],
  ['users.txt', { stem: 'users.txt' }],
  ['users', { stem: 'users' }],
  ['a.csv/users', { stem: 'a.csv/users' }],
])('%s is split into name and format', (path, parts) => {
  expect(nameParts(path)).toEqual(parts);
});

test('formats are always listed in the same order', () => {
  expect(formatNames).toEqual(['csv', 'tsv', 'json', 'ndjson']);
  expect(formatList).toBe('csv, tsv, json or ndjson');
});
