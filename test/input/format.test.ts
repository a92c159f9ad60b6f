import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { reading } from './reading.ts';

describe('the format', () => {
  test.each([
    ['users.csv', 'a,b\n', 'csv'],
    ['users.CSV.gz', 'a,b\n', 'csv'],
    ['users.tsv', 'a\tb\n', 'tsv'],
    ['users.jsonl', '{"a":1}\n', 'ndjson'],
    ['users.ndjson', '{"data":[{"a":1}]}\n', 'ndjson'],
    ['users.json', '[]', 'json'],
    ['users.json', '{"a":1}\n{"a":2}\n', 'ndjson'],
    ['users.json', '{"a":1}\n', 'json'],
    ['users.json', '{"data":[\n{"a":1}\n]}', 'json'],
    ['<stdin>', 'a,b\n1,2\n', 'csv'],
    ['<stdin>', ' [1]', 'json'],
    ['<stdin>', '\n{"a":1}\n\n{"a":2}', 'ndjson'],
    ['<stdin>', '{"a":1', 'json'],
    ['<stdin>', '{\n"a":1}', 'json'],
    ['<stdin>', '{"a":1\n{"a":2}\n', 'ndjson'],
    ['users.txt', '{"data":[{"a":1},\n{"a":2}]}', 'json'],
  ])('of %s with %j is %s', async (path, text, format) => {
    const { file, error } = await reading(text, { path });
    expect(file?.format, error?.message).toBe(format);
  });

  test.each([
    ['users.csv', '{"a":1}\n{"a":2}', '--format ndjson'],
    ['users.csv', '[{"a":1}]', '--format json'],
    ['users.json', 'a,b\n1,2\n', '--format csv'],
    ['users.ndjson', 'a,b\n1,2\n', '--format csv'],
    ['users.ndjson', '[\n{"a":1}\n]', '--format json'],
    ['users.ndjson', '[{"a":1}]', '--format json'],
    ['users.jsonl', '{\n  "a": 1\n}\n', '--format json'],
  ])('that %s claims is contradicted by %j', async (path, text, hint) => {
    const { file, error } = await reading(text, { path });
    expect(file).toBeUndefined();
    expect(error).toBeInstanceOf(InputError);
    expect(error?.message).toMatch(new RegExp(`^${path} is .* by its name, but contains `));
    expect(error?.hint).toContain(hint);
  });

  test('is what the user says, whatever the name', async () => {
    expect(
      (await reading('a,b\n1,2\n', { path: 'x.json', settings: { format: 'csv' } })).records,
    ).toHaveLength(1);
    expect(
      (await reading('{a},[b]\n1,2\n', { path: 'x.csv', settings: { format: 'csv' } })).records,
    ).toHaveLength(1);
    expect(
      (await reading('{"data":[]}', { path: 'x.json', settings: { format: 'ndjson' } })).records,
    ).toHaveLength(1);
  });

  test('json with one object a line asks for ndjson when the user said json', async () => {
    const { records, error } = await reading('{"a":1}\n{"a":2}\n', { settings: { format: 'json' } });
    expect(records).toHaveLength(1);
    expect(error?.hint).toContain('--format ndjson');
  });
});
