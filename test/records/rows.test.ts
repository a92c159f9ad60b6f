import { describe, expect, it } from 'vitest';
import { cellOf } from '../../src/read/format.ts';
import type { ColumnType } from '../../src/records/column-settings.ts';
import { createRecordMapper } from '../../src/records/record-mapper.ts';
import { accepted, faultyFields, mapOne, mapRow, rejected, row, sent, settings, tableFile } from './given.ts';

const typed = (cell: string, type: ColumnType, listSeparator = '|') =>
  mapRow({ user_id: 'a', it: cell }, { type: { it: type }, listSeparator });

describe('a row', () => {
  it('becomes a record: fields, then custom attributes, without empty cells', () => {
    const cells = {
      plan: 'pro',
      user_id: 'a',
      name: '',
      age: '5',
      note: '',
      '': '',
      'custom_attributes.x': ' y ',
    };
    const user = accepted(mapRow(cells));
    expect(user.json).toBe('{"user_id":"a","age":5,"custom_attributes":{"plan":"pro","x":" y "}}');
    expect(user.bytes).toBe(user.json.length);
  });

  it('keeps quotes, line breaks, control characters and other scripts', () => {
    const text = '"a\\\r\n\t\u0000\u2028é\u{1f600}';
    expect(sent(mapRow({ user_id: text, name: text, x: text }))).toEqual({
      user_id: text,
      name: text,
      custom_attributes: { x: text },
    });
  });

  it('may have fewer or more cells than the header', () => {
    const file = tableFile(['user_id', 'name']);
    expect(sent(mapOne(row(file, ['a'])))).toEqual({ user_id: 'a' });
    expect(sent(mapOne(row(file, ['a', 'b', 'c'])))).toEqual({ user_id: 'a', name: 'b' });
  });

  it('keeps unknown columns as fields of their own with --unknown keep', () => {
    expect(sent(mapRow({ user_id: 'a', x: '5' }, { unknown: 'keep' }))).toEqual({ user_id: 'a', x: '5' });
  });

  it('gets the values of --set instead of its own', () => {
    const set = {
      country: 'CH',
      age: '42',
      'custom_attributes.src': 'crm',
      custom_attributes: { n: 1, src: 'lost' },
    };
    expect(
      sent(mapRow({ user_id: 'a', country: 'DE', src: 'x', custom_attributes: '{"n":2,"m":3}' }, { set })),
    ).toEqual({
      user_id: 'a',
      country: 'CH',
      age: 42,
      custom_attributes: { m: 3, n: 1, src: 'crm' },
    });
  });

  it('gets values of --set that a settings file gives as numbers', () => {
    const set = {
      group_id: 12,
      age: 42,
      created_at: '1970-01-01',
      'custom_attributes.n': 5,
      'custom_attributes.t': '5',
    };
    expect(sent(mapRow({ user_id: 'a' }, { set, type: { 'custom_attributes.t': 'number' } }))).toEqual({
      user_id: 'a',
      group_id: '12',
      age: 42,
      created_at: '1970-01-01',
      custom_attributes: { n: 5, t: 5 },
    });
  });
});

describe('a cell of custom_attributes', () => {
  it('holds the attributes as a JSON object', () => {
    const cell = '{"n":1,"l":["a"],"__proto__":"x"}';
    expect(accepted(mapRow({ user_id: 'a', custom_attributes: cell })).json).toBe(
      `{"user_id":"a","custom_attributes":${cell}}`,
    );
  });

  it('is merged with columns of single attributes, unless both have one', () => {
    expect(sent(mapRow({ user_id: 'a', custom_attributes: '{"n":1}', x: 'y' }))).toEqual({
      user_id: 'a',
      custom_attributes: { n: 1, x: 'y' },
    });
    expect(faultyFields(mapRow({ user_id: 'a', custom_attributes: '{"x":"z"}', x: 'y' }))).toEqual([
      'custom_attributes.x',
    ]);
  });

  it('is empty when it has only white space', () => {
    expect(sent(mapRow({ user_id: 'a', custom_attributes: '  ' }))).toEqual({ user_id: 'a' });
  });

  it.each(['pro', '[1]', '"x"', '5', '{"a":', '{"a":12345678901234567890}'])('%s is rejected', (cell) => {
    const rejection = rejected(mapRow({ user_id: 'a', custom_attributes: cell }));
    expect(rejection.reasons.map(({ field }) => field)).toEqual(['custom_attributes']);
    expect(JSON.parse(rejection.json!)).toEqual({ user_id: 'a', custom_attributes: cell });
  });

  it('is read back from what read --format csv writes', () => {
    const record = {
      user_id: ' 007',
      name: '{"not":"json"}',
      age: 42,
      created_at: '2024-01-02T10:00:00.5+01:00',
      custom_attributes: { s: 'x', n: 1.5, b: true, z: null, l: [1, 2], e: [], o: [{ a: null }] },
    };
    const cells = Object.fromEntries(Object.entries(record).map(([field, value]) => [field, cellOf(value)]));
    expect(sent(mapRow(cells))).toEqual(record);
    expect([cellOf(undefined), cellOf(null)]).toEqual(['', '']);
  });
});

describe('a row in which --set gives an attribute', () => {
  it('has that attribute once', () => {
    const user = accepted(
      mapRow({ user_id: 'a', custom_attributes: '{"n":2}' }, { set: { 'custom_attributes.n': 1 } }),
    );
    expect(user.json).toBe('{"user_id":"a","custom_attributes":{"n":1}}');
  });
});

describe('--type', () => {
  it.each<[ColumnType, string, unknown]>([
    ['string', '007', '007'],
    ['string', ' x ', ' x '],
    ['number', '42', 42],
    ['number', ' -1.5 ', -1.5],
    ['number', '1e3', 1000],
    ['number', '1E+20', 1e20],
    ['number', '+5', 5],
    ['number', '.5', 0.5],
    ['number', '0', 0],
    ['number', '0.10', 0.1],
    ['number', '9007199254740991', 9_007_199_254_740_991],
    ['boolean', 'TRUE', true],
    ['boolean', 't', true],
    ['boolean', 'Yes', true],
    ['boolean', '1', true],
    ['boolean', ' false ', false],
    ['boolean', 'F', false],
    ['boolean', 'no', false],
    ['boolean', '0', false],
    ['list', 'a|b', ['a', 'b']],
    ['list', ' a | b ||', ['a', 'b']],
    ['list', '1|2', ['1', '2']],
    ['list', '|', []],
    ['json', '[1,2]', [1, 2]],
    ['json', '"x"', 'x'],
    ['json', 'null', null],
    ['json', ' [{"a":1}] ', [{ a: 1 }]],
    ['json', '[-9007199254740992,1e21]', [-(2 ** 53), 1e21]],
    ['json', '"12345678901234567890"', '12345678901234567890'],
  ])('%s reads %j as %j', (type, cell, value) => {
    expect(sent(typed(cell, type))).toEqual({ user_id: 'a', custom_attributes: { it: value } });
  });

  it.each<[ColumnType, string]>([
    ['number', '1,5'],
    ['number', '1,234.5'],
    ['number', '007'],
    ['number', 'Infinity'],
    ['number', 'NaN'],
    ['number', '1e400'],
    ['number', '1e-400'],
    ['number', '9007199254740993'],
    ['number', '12345678901234567890.0'],
    ['number', '0x10'],
    ['number', '$5'],
    ['number', '1 2'],
    ['number', '.'],
    ['boolean', 'maybe'],
    ['boolean', '2'],
    ['json', '{a:1}'],
    ['json', '{"a":{"b":1}}'],
    ['json', '[true]'],
    ['json', '[12345678901234567890]'],
  ])('%s refuses %j and shows it', (type, cell) => {
    const { reasons, json } = rejected(typed(cell, type));
    expect(reasons.map(({ field }) => field.replace(/\[.*/, ''))).toEqual(['custom_attributes.it']);
    expect(reasons[0]?.found).toBeDefined();
    expect(JSON.parse(json!)).toHaveProperty('custom_attributes.it');
  });

  it('says what to do about a decimal comma and about leading zeros', () => {
    expect(rejected(typed('1,5', 'number')).reasons[0]?.hint).toContain('1.5');
    expect(rejected(typed('007', 'number')).reasons[0]?.hint).toContain('leading zeros');
    expect(rejected(typed('1,234,567', 'number')).reasons[0]?.hint).toContain('thousands');
  });

  it.each<ColumnType>(['number', 'boolean', 'json', 'list'])(
    '%s leaves out a cell of white space',
    (type) => {
      expect(sent(typed('  ', type))).toEqual({ user_id: 'a' });
    },
  );

  it('splits lists at the separator that was given', () => {
    expect(sent(typed('a; b|c', 'list', ';'))).toEqual({
      user_id: 'a',
      custom_attributes: { it: ['a', 'b|c'] },
    });
  });
});

describe('a cell of megabytes', () => {
  const typed = (cell: string, type: ColumnType) =>
    mapOne(row(tableFile(['user_id', 'x']), ['a', cell]), { type: { x: type } });

  it.each<[string, string]>([
    ['digits', `${'1'.repeat(1_000_000)}x`],
    ['digits after a point', `1.${'1'.repeat(1_000_000)}x`],
    ['digits of an exponent', `1e${'1'.repeat(1_000_000)}x`],
  ])('of %s is recognized quickly as not a number', (_, cell) => {
    expect(rejected(typed(cell, 'number'))).toBeDefined();
  });

  it('is read as JSON, and digits inside its strings are not numbers', () => {
    const long = JSON.stringify(`12345678901234567890" 12345678901234567890 \\ ${'x\\'.repeat(6_000_000)}`);
    const many = JSON.stringify(Array(200_000).fill('12345678901234567890'));
    expect(accepted(typed(long, 'json')).id).toBe('a');
    expect(accepted(typed(many, 'json')).id).toBe('a');
    expect(rejected(typed(`[${long},12345678901234567890]`, 'json'))).toBeDefined();
    expect(rejected(typed('["\\\\",12345678901234567890,"x"]', 'json'))).toBeDefined();
  });
});

describe('several tables in one run', () => {
  it('are read by their own headers', () => {
    const a = tableFile(['user_id', 'name'], 'a.csv');
    const b = tableFile(['name', 'user_id'], 'b.csv');
    const mapped = createRecordMapper(settings()).map([
      row(a, ['1', 'x']),
      row(b, ['y', '2']),
      row(a, ['3', 'z']),
    ]);
    expect(mapped.map(sent)).toEqual([
      { user_id: '1', name: 'x' },
      { user_id: '2', name: 'y' },
      { user_id: '3', name: 'z' },
    ]);
  });
});

it.each([
  ['custom_attributes', {}],
  ['j', { type: { j: 'json' } } as const],
])(
  'a cell of JSON with a duplicate key is rejected in column %s, because one of its values would be lost',
  (column, given) => {
    const mapped = mapRow({ user_id: 'a', [column]: '{"x":1,"x":2}' }, given);
    expect(rejected(mapped).reasons).toMatchObject([{ reason: 'expected JSON without duplicate keys' }]);
  },
);
