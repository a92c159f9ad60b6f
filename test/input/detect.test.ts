import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { reading } from './reading.ts';

describe('the format', () => {
  test.each([
    ['users.csv', 'a,b\n', 'csv'],
    ['users.CSV.gz', 'a,b\n', 'csv'],
    ['users.tsv', 'a\tb\n', 'tsv'],
    ['users.jsonl', '{"a":1}\n', 'ndjson'],
    ['users.ndjson', '{"data":[{"a":1}]}\n', 'json'],
    ['users.ndjson', '{"a":1,"users":[]}\n{"a":2,"users":[]}\n', 'ndjson'],
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
    ['<stdin>', '{"a":1}\r{"a":2}\r', 'ndjson'],
    ['<stdin>', '{"a":1}{"a":2}\n{"a":3}\n', 'json'],
    ['<stdin>', '{"a":1}{"a":2}', 'json'],
    ['<stdin>', '{"data":[{"a":1}]}\n{"data":[{"a":2}]}\n', 'json'],
    ['<stdin>', '{"uid":1,"items":[{"a":1}]}\n{"uid":2,"items":[{"a":2}]}\n', 'ndjson'],
    ['<stdin>', '{"key":1,"items":[{"a":1}]}\n{"key":2,"items":[{"a":2}]}\n', 'ndjson'],
    ['<stdin>', '\x1e{"a":1}\n\x1e{"a":2}\n', 'ndjson'],
    ['users.ndjson', '[\n{"a":1}\n]', 'json'],
    ['users.ndjson', '[{"a":1}]', 'json'],
    ['users.jsonl', '{\n  "a": 1\n}\n', 'json'],
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
  ])('that %s claims is contradicted by %j', async (path, text, hint) => {
    const { file, error } = await reading(text, { path });
    expect(file).toBeUndefined();
    expect(error).toBeInstanceOf(InputError);
    expect(error?.message).toMatch(
      new RegExp(`^${path} is .* by its name, but (?:contains|does not look like it)`),
    );
    expect(error?.hint).toContain(hint);
  });

  test('is what the user specifies, despite the name', async () => {
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

  test('json reads one object per line too', async () => {
    const { records, error } = await reading('{"a":1}\n{"a":2}\n', { settings: { format: 'json' } });
    expect(error).toBeUndefined();
    expect(records).toHaveLength(2);
  });

  test('ndjson is contradicted by a document over several lines, and the hint helps', async () => {
    const text = '{\n  "a": 1\n}\n{\n  "a": 2\n}\n';
    const { error } = await reading(text, { settings: { format: 'ndjson' } });
    expect(error?.hint).toContain('--format json');
    expect((await reading(text, { settings: { format: 'json' } })).records).toHaveLength(2);
  });
});
