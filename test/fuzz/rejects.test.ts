import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UploadResult } from '../../src/upload/run.ts';
import { check, inScene } from './scene.ts';

/** A record with a fault, and a fix that works anywhere in a file. */
interface Fault {
  readonly row: (id: string) => string;
  readonly line: (id: string) => string;
  readonly fix: (text: string) => string;
}

const value = (bad: string, good: string): Fault => ({
  row: (id) => `${id},n,${bad},`,
  line: (id) => `{"user_id":"${id}","age":"${bad}"}`,
  fix: (text) => text.replaceAll(`"age":"${bad}"`, `"age":${good}`).replaceAll(`,${bad},`, `,${good},`),
});

const faults: Readonly<Record<string, Fault>> = {
  age: value('BADAGE', '42'),
  date: {
    row: (id) => `${id},n,,01/02/2024`,
    line: (id) => `{"user_id":"${id}","created_at":"01/02/2024"}`,
    fix: (text) => text.replaceAll('01/02/2024', '2024-01-02'),
  },
  id: {
    row: (id) => `_X${id},n,,`,
    line: (id) => `{"user_id":"_X${id}"}`,
    fix: (text) => text.replaceAll('_X', 'x'),
  },
  columns: {
    row: (id) => `${id},n,,,SURPLUS`,
    line: (id) => `{"user_id":"${id}",BROKEN}`,
    fix: (text) => text.replaceAll(',SURPLUS', '').replaceAll(',BROKEN', ''),
  },
  quote: {
    row: (id) => `${id},5" pipe,,`,
    line: (id) => `["${id}"]`,
    fix: (text) =>
      text.replaceAll('5" pipe', '"5"" pipe"').replaceAll(/\[\\"(\w+)\\"\]/g, '{\\"user_id\\":\\"$1\\"}'),
  },
  lines: {
    row: (id) => `${id},"two\nlines, ""so""",BADAGE,`,
    line: (id) => `{"user_id":"${id}","name":"two\\nlines","age":"BADAGE"}`,
    fix: (text) => text.replaceAll('"age":"BADAGE"', '"age":42').replaceAll(',BADAGE,', ',42,'),
  },
};

// The first record is good, so that the format of the file is clear.
const kinds = fc
  .array(fc.constantFrom('good', ...Object.keys(faults)), { maxLength: 12 })
  .map((list) => ['good', ...list]);

const header = 'user_id,name,age,created_at';
const written: Readonly<Record<string, (kinds: readonly string[]) => string>> = {
  csv: (list) =>
    [header, ...list.map((kind, n) => faults[kind]?.row(`u${n}`) ?? `u${n},n,1,`), ''].join('\n'),
  ndjson: (list) => list.map((kind, n) => `${lineOf(kind, n)}\n`).join(''),
  json: (list) => `[\n${list.map(lineOf).join(',\n')}\n]\n`,
};

function lineOf(kind: string, n: number): string {
  return faults[kind]?.line(`u${n}`) ?? `{"user_id":"u${n}"}`;
}

/**
 * What a user is told of each rejected record, but for its place. A row of a rejects file has one cell more, and what is no
 * JSON stands there as the text of a record that is.
 */
function reasons({ summary }: UploadResult): string[] {
  const told = ({ field, reason }: { field: string; reason: string }) =>
    `${field}: ${reason}`
      .replace(/expected \d+ columns/, 'expected columns')
      .replace(
        /not valid JSON.*|expected one JSON object per line/,
        'expected a JSON object: one user record',
      );
  return summary.errors.flatMap((error) => Array.from({ length: error.count }, () => told(error))).sort();
}

describe('a rejects file', () => {
  test('is rejected for the same reasons until it is fixed, and then stored', () =>
    check(
      fc.asyncProperty(kinds, fc.constantFrom('csv', 'ndjson', 'json'), (list, format) =>
        inScene(async ({ write, upload, stored, read }) => {
          await write(`users.${format}`, written[format]!(list));
          const first = await upload([`users.${format}`]);
          const bad = list.filter((kind) => kind !== 'good').length;
          expect({ error: first.error, rejected: first.summary.records.rejected }).toEqual({
            error: undefined,
            rejected: bad,
          });
          let text = await read(`users.rejected.${format}`);
          expect(text === undefined).toBe(bad === 0);
          if (text === undefined) return;

          for (const name of [`again.${format}`, `third.${format}`]) {
            await write(name, text);
            const again = await upload([name], { rejects: `${name}.out` });
            expect(again.summary.records).toMatchObject({ read: bad, rejected: bad });
            expect(reasons(again)).toEqual(reasons(first));
            text = (await read(`${name}.out`)) ?? '';
          }

          const fixed = Object.values(faults).reduce((before, { fix }) => fix(before), text);
          await write(`fixed.${format}`, fixed);
          const last = await upload([`fixed.${format}`]);
          expect({ error: last.error, errors: last.summary.errors }).toEqual({
            error: undefined,
            errors: [],
          });
          expect(Object.keys(stored())).toHaveLength(list.length);
        }),
      ),
      25,
    ));
});
