import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvWriter } from '../../src/read/csv.ts';
import { fieldsLostInCsv, jsonWriter } from '../../src/read/format.ts';
import { recordTable } from '../../src/read/table.ts';
import { createStyle } from '../../src/report/text/style.ts';
import { tableText } from '../../src/report/text/table-text.ts';

function print(
  format: 'json' | 'ndjson' | 'csv',
  records: readonly Record<string, unknown>[],
  given: { single?: boolean; fields?: readonly string[] } = {},
): string {
  const { single = false, fields } = given;
  const writer =
    format === 'csv'
      ? csvWriter({ fields, sample: records, safe: false })
      : jsonWriter(format, { single, fields });
  return `${writer.opening}${records.map((record, n) => writer.record(record, n === 0)).join('')}${writer.closing}`;
}

const records = fc.array(
  fc.record({
    user_id: fc.string({ minLength: 1 }),
    custom_attributes: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
  { minLength: 1, maxLength: 5 },
);

const style = createStyle({ flag: false, env: {}, isTTY: true });

function table(
  rows: readonly Record<string, unknown>[],
  { fields, width = 80 }: { fields?: readonly string[]; width?: number } = {},
): string {
  return tableText(recordTable(rows, fields), { style, width });
}

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

  it('are one object if one user was requested', () => {
    expect(print('json', [{ user_id: 'a' }], { single: true })).toBe('{\n  "user_id": "a"\n}\n');
  });

  it('keep only the requested fields, attributes in their place', () => {
    const record = { user_id: 'a', name: 'n', custom_attributes: { plan: 1, __proto: 2 }, age: 0 };
    const fields = ['user_id', 'custom_attributes.plan', 'missing', 'custom_attributes.none', 'age'];
    expect(JSON.parse(print('ndjson', [record], { fields }))).toEqual({
      user_id: 'a',
      custom_attributes: { plan: 1 },
      age: 0,
    });
    expect(print('csv', [record], { fields })).toBe(`${fields.join(',')}\na,1,,,0\n`);
  });

  it('quote what a table requires', () => {
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

  it('report what a table cannot contain', () => {
    expect(fieldsLostInCsv({ user_id: 'a', name: '', age: null, extra: 1, city: 'x' })).toEqual([
      'name',
      'age',
      'extra',
    ]);
  });

  it('fit the terminal as a table', () => {
    const rows = [
      { user_id: 'a', name: 'Ann' },
      { user_id: 'bcd', age: 7 },
    ];
    expect(table(rows)).toBe('user_id  name  age\na        Ann\nbcd            7\n');
    expect(table(rows, { width: 8 })).toBe('user_id…\na      …\nbcd    …\n');
  });

  it('show each attribute in a column of its own, by its own name unless a field has it', () => {
    const rows = [
      { user_id: 'a', name: 'Ann', custom_attributes: { plan: 'pro', name: 'x' } },
      { user_id: 'b', custom_attributes: { tags: ['t'] } },
    ];
    expect(table(rows)).toBe(
      'user_id  name  plan  custom_attributes.name  tags\na        Ann   pro   x\nb                                            ["t"]\n',
    );
  });

  it('show only existing attributes in a table', () => {
    const rows = [{ user_id: 'a', custom_attributes: { score: 7 } }];
    const fields = ['user_id', 'custom_attributes.score', 'constructor'];
    expect(table(rows, { fields })).toBe('user_id  custom_attributes.score  constructor\na        7\n');
  });

  it('are aligned in a table, even with wide characters', () => {
    const rows = [{ name: '日本' }, { name: 'abc' }].map((row) => ({ ...row, age: 1 }));
    expect(table(rows)).toBe('name  age\n日本  1\nabc   1\n');
  });

  it('are a table for any number of records', () => {
    const rows = Array.from({ length: 200_000 }, () => ({ a: 1 }));
    expect(table(rows)).toHaveLength(2 * 200_001);
  });

  it('in CSV have columns for text attributes; all other attributes share one column', () => {
    const rows = [
      { user_id: 'a', custom_attributes: { plan: 'pro', n: 3, ' odd ': 'x', empty: '' } },
      { user_id: 'b', custom_attributes: { plan: 7 } },
      { user_id: 'c', custom_attributes: { plan: 'free' } },
    ];
    const lines = print('csv', rows).split('\n');
    const cells = lines.map((line) => line.replace(/,{2,}/g, ',,'));
    expect(lines[0]).toMatch(/,updated_at,custom_attributes\.plan,custom_attributes$/);
    expect(cells.slice(1)).toEqual([
      'a,,pro,"{""n"":3,"" odd "":""x"",""empty"":""""}"',
      'b,,"{""plan"":7}"',
      'c,,free,',
      '',
    ]);
  });
});
