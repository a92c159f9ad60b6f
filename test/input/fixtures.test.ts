import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exitCodeOf, InputError } from '../../src/errors.ts';
import { inShort, reading } from './reading.ts';

const folder = fileURLToPath(new URL('../fixtures/input/', import.meta.url));
const expectations = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<string, unknown>;
const names = readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'expected.json');

test.each(names)('%s is read as expected', async (name) => {
  const { file, warnings, records, error } = await reading(readFileSync(folder + name), { path: name });
  const found = {
    ...(file ? { format: file.format, encoding: file.encoding } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    records: records.map(inShort),
    ...(error
      ? {
          error: error.message,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
          ...(error instanceof InputError && error.place.line !== undefined
            ? { line: error.place.line }
            : {}),
          exitCode: exitCodeOf(error),
        }
      : {}),
  };
  expect(found).toEqual(expectations[name]);
});

test('every expectation has its file', () => {
  expect(Object.keys(expectations).sort()).toEqual(names.sort());
});
