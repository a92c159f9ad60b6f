import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countLineEnds } from '../../src/input/text/line-ends.ts';
import { effort } from '../effort.ts';
import { reading } from './reading.ts';

/** Text in which everything that matters to a parser is frequent. */
const textOf = (pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join(''));

const tables = textOf([
  'a',
  'b,',
  ',',
  '"',
  '""',
  '"x",',
  '\n',
  '\r\n',
  '\r',
  '1,2\n',
  '3,"4"\n',
  'a,b\n',
  '\ufeff',
  ';',
]);
const documents = textOf([
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"a"',
  '"',
  '\\',
  '1',
  ' ',
  '\n',
  '{"a":1}',
  '"data":[',
  '\ufeff',
]);
const lines = textOf(['{"a":1}', '{"a":', '[1]', '1', '"', '\n', '\r', '\r\n', ' ', '\ufeff', '\x1e']);
const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
const limits = fc.constantFrom(20, 100, 1_000_000).map((recordLength) => ({ recordLength }));

test.each([
  ['users.csv', tables, 'a,b\n'],
  ['users.json', documents, ''],
  ['users.ndjson', lines, ''],
])('%s gives the same records, warnings and error, however it arrives', async (path, texts, header) => {
  await fc.assert(
    fc.asyncProperty(texts, chunks, async (text, lengths) => {
      const whole = await reading(header + text, { path });
      const pieces = await reading(header + text, { path, chunks: lengths });
      expect(pieces.records).toEqual(whole.records);
      expect([pieces.error?.message, pieces.late]).toEqual([whole.error?.message, whole.late]);
    }),
    { numRuns: effort(100, 1000) },
  );
});

test('every line of a table is in one record, blank, or a repeated header', async () => {
  await fc.assert(
    fc.asyncProperty(tables, chunks, limits, async (text, lengths, limit) => {
      const { records, error } = await reading(`a,b\n${text}`, {
        path: 'u.csv',
        chunks: lengths,
        limits: limit,
      });
      if (error) return;
      const covered = new Set<number>();
      for (const { line, raw } of records) {
        for (let at = line; at <= line + countLineEnds(raw); at++) {
          expect(covered).not.toContain(at);
          covered.add(at);
        }
      }
      const all = `a,b\n${text}`.split(/\r\n|\n|\r/);
      const missing = all
        .filter((_, at) => at > 0 && !covered.has(at + 1))
        .map((line) => line.replace(/^\ufeff+/, ''));
      for (const line of missing) expect(line).toMatch(/^(?:,*|"?a"?,"?b"?)$/);
    }),
    { numRuns: effort(200, 2000) },
  );
});
