import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsLostInCsv, recordWriter } from '../../src/read/format.ts';
import { tableText } from '../../src/read/table.ts';
import { pad, truncate, widthOf } from '../../src/report/text/width.ts';

function print(
  format: 'json' | 'ndjson' | 'csv',
  records: readonly Record<string, unknown>[],
  given: { single?: boolean; fields?: readonly string[] } = {},
): string {
  const writer = recordWriter(format, { single: given.single ?? false, fields: given.fields });
  return `${writer.opening}${records.map((record, n) => writer.record(record, n === 0)).join('')}${writer.closing}`;
}

const records = fc.array(
  fc.record({
    user_id: fc.string({ minLength: 1 }),
    custom_attributes: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
  { minLength: 1, maxLength: 5 },
);

const drawing = { width: 80, shown: (text: string) => text, widthOf, truncate, pad };

describe('printed records', () => {
  it('are the same as NDJSON and as a list of JSON', () => {
    fc.assert(
      fc.property(records, (list) => {
        const plain = JSON.parse(JSON.stringify(list));
        const lines = print('ndjson', list).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line))).toEqual(plain);
        expect(JSON.parse(print('json', list))).toEqual(plain);
      }),
    );
  });

  it('are one object when one was asked for', () => {
    expect(print('json', [{ user_id: 'a' }], { single: true })).toBe('{\n  "user_id": "a"\n}\n');
  });

  it('keep only the fields that were asked for, attributes in their place', () => {
    const record = { user_id: 'a', name: 'n', custom_attributes: { plan: 1, __proto: 2 }, age: 0 };
    const fields = ['user_id', 'custom_attributes.plan', 'missing', 'custom_attributes.none', 'age'];
    expect(JSON.parse(print('ndjson', [record], { fields }))).toEqual({
      user_id: 'a',
      custom_attributes: { plan: 1 },
      age: 0,
    });
    expect(print('csv', [record], { fields })).toBe(`${fields.join(',')}\na,1,,,0\n`);
  });

  it('hold what a table needs quoted', () => {
    const record = {
      user_id: ' a',
      name: 'say "x"',
      city: 'a,b',
      state: 'two\nlines',
      custom_attributes: { n: null },
    };
    const row = print('csv', [record]).split('\n').slice(1).join('\n');
    expect(row).toBe('" a","say ""x""",,,,,"a,b","two\nlines",,,,,"{""n"":null}"\n');
  });

  it('say what a table cannot hold', () => {
    expect(fieldsLostInCsv({ user_id: 'a', name: '', age: null, extra: 1, city: 'x' })).toEqual([
      'name',
      'age',
      'extra',
    ]);
  });

  it('fit a terminal as a table', () => {
    const rows = [
      { user_id: 'a', name: 'Ann' },
      { user_id: 'bcd', age: 7 },
    ];
    const table = (width: number) => tableText(rows, undefined, { ...drawing, width });
    expect(table(80)).toBe('user_id  name  age\na        Ann\nbcd            7\n');
    expect(table(8)).toBe('user_id…\na      …\nbcd    …\n');
  });

  it('show attributes and nothing that a record does not hold in a table', () => {
    const rows = [{ user_id: 'a', custom_attributes: { score: 7 } }];
    const fields = ['user_id', 'custom_attributes.score', 'constructor'];
    expect(tableText(rows, fields, drawing)).toBe(
      'user_id  custom_attributes.score  constructor\na        7\n',
    );
  });

  it('stand in columns in a table, also where characters are wide', () => {
    const rows = [{ name: '日本' }, { name: 'abc' }].map((row) => ({ ...row, age: 1 }));
    expect(tableText(rows, undefined, drawing)).toBe('name  age\n日本  1\nabc   1\n');
  });

  it('are a table however many they are', () => {
    const rows = Array.from({ length: 200_000 }, () => ({ a: 1 }));
    const plain = { ...drawing, widthOf: (text: string) => text.length, truncate: (text: string) => text };
    expect(tableText(rows, undefined, plain)).toHaveLength(2 * 200_001);
  });
});
