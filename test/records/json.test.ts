import { describe, expect, it } from 'vitest';
import type { ColumnSettings } from '../../src/records/column-settings.ts';
import { createRecordMapper } from '../../src/records/record-mapper.ts';
import {
  accepted,
  faulty,
  faultyFields,
  json,
  jsonFile,
  jsonText,
  mapJson,
  mapOne,
  rejected,
  sent,
  settings,
} from './given.ts';

const coerce = { coerce: true };
const keep = { unknown: 'keep' } as const;

describe('a JSON record that needs no change', () => {
  it('is sent as the text that was read', () => {
    const raw =
      ' { "age" : 4.2e1, "user_id":"a\\u0041", "custom_attributes": {"big": 12345678901234567890} }\t';
    const user = accepted(mapOne(jsonText(raw)));
    expect(user.json).toBe(raw.trim());
    expect(user.id).toBe('aA');
    expect(user.bytes).toBe(raw.trim().length);
  });

  it('counts its bytes in UTF-8', () => {
    const user = accepted(mapJson({ user_id: 'é\u{1f600}' }));
    expect(user.bytes).toBe(new TextEncoder().encode(user.json).length);
  });

  it('keeps its text when no setting applies to it', () => {
    const raw = '{ "user_id": "a", "age": 1, "custom_attributes": {"n": "1"} }';
    const given = {
      ...coerce,
      map: { Vorname: 'name', 'custom_attributes.x': 'city' },
      type: { score: 'number' },
      unknown: 'error',
    } as const;
    expect(accepted(mapOne(jsonText(raw), given)).json).toBe(raw);
  });
});

describe('a JSON record that changes', () => {
  it('does not modify the parsed value', () => {
    const record = json({ user_id: 7, age: '5', custom_attributes: { n: '1' }, x: 1 });
    const before = structuredClone(record.value);
    mapOne(record, { ...coerce, unknown: 'custom', set: { 'custom_attributes.y': 'z' } });
    expect(record.value).toEqual(before);
  });

  it('is rewritten when it has a duplicate key', () => {
    const record = jsonText('{"user_id":"a","name":"x","name":"y"}', { lossy: ['duplicate key "name"'] });
    expect(accepted(mapOne(record)).json).toBe('{"user_id":"a","name":"y"}');
  });

  it('loses _errors', () => {
    expect(sent(mapJson({ user_id: 'a', _errors: 'age: expected an integer' }))).toEqual({ user_id: 'a' });
    expect(sent(mapJson({ user_id: 'a', _errors: [1] }, { unknown: 'error' }))).toEqual({ user_id: 'a' });
  });

  it('keeps a key called __proto__ as a key', () => {
    const record = jsonText('{"user_id":"a","__proto__":{"age":5},"constructor":1}');
    expect(accepted(mapOne(record, { set: { city: 'Bern' }, unknown: 'keep' })).json).toBe(
      '{"user_id":"a","__proto__":{"age":5},"constructor":1,"city":"Bern"}',
    );
    const flat = jsonText('{"user_id":"a","__proto__":"x"}');
    expect(accepted(mapOne(flat)).json).toBe('{"user_id":"a","custom_attributes":{"__proto__":"x"}}');
  });
});

describe('unknown keys', () => {
  const record = { user_id: 'a', plan: 'pro', custom_attributes: { n: 1 } };

  it('stay where they are with keep, with any value', () => {
    expect(sent(mapJson({ ...record, deep: { a: [{ b: null }] } }, { unknown: 'keep' }))).toEqual({
      ...record,
      deep: { a: [{ b: null }] },
    });
  });

  it.each([{}, { unknown: 'custom' } as const])('become custom attributes with %j', (given) => {
    expect(sent(mapJson(record, given))).toEqual({
      user_id: 'a',
      custom_attributes: { n: 1, plan: 'pro' },
    });
    const { reasons } = rejected(mapJson({ user_id: 'a', plan: { a: 1 } }, given));
    expect(reasons).toMatchObject([{ field: 'custom_attributes.plan' }]);
  });

  it('with values that cannot be attributes get a hint about --unknown drop', () => {
    const { reasons } = rejected(mapJson({ user_id: 'a', plan: { a: 1 } }));
    expect(reasons[0]?.hint).toContain('--unknown drop');
    const inside = rejected(mapJson({ user_id: 'a', custom_attributes: { plan: { a: 1 } } }));
    expect(inside.reasons[0]?.hint).not.toContain('--unknown');
  });

  it('are counted in one warning, unless a setting says where they go', () => {
    const warnings = (given: Partial<ColumnSettings>) => {
      const mapper = createRecordMapper(settings(given));
      mapper.map([
        json(record, { line: 1 }),
        json({ user_id: 'b' }, { line: 2 }),
        json({ user_id: 'c', plan: 'x', 'e\u200bmail': 'y' }, { line: 3 }),
        json({ user_id: '', plan: 'x' }, { line: 4 }),
      ]);
      return mapper.warnings();
    };
    expect(warnings({})).toEqual([
      {
        code: 'unknown-key',
        message: "keys outside Miso's user record, sent as custom attributes: plan (2), e\\u200bmail (1)",
        count: 2,
        examples: [
          { file: 'users.ndjson', line: 1, user_id: 'a' },
          { file: 'users.ndjson', line: 3, user_id: 'c' },
        ],
      },
    ]);
    for (const unknown of ['custom', 'drop', 'keep'] as const) expect(warnings({ unknown })).toEqual([]);
    expect(warnings({ map: { plan: 'name' }, type: { 'e\u200bmail': 'string' } })).toEqual([]);
  });

  it('are left out with drop', () => {
    expect(sent(mapJson(record, { unknown: 'drop' }))).toEqual({
      user_id: 'a',
      custom_attributes: { n: 1 },
    });
  });

  it('reject the record with error, each named', () => {
    const { reasons, json: text } = rejected(mapJson({ ...record, nmae: 'Ann' }, { unknown: 'error' }));
    expect(reasons.map(({ field, reason }) => [field, reason])).toEqual([
      ['plan', 'not a Miso user field'],
      ['nmae', 'not a Miso user field'],
    ]);
    expect(reasons[1]?.hint).toContain('--map nmae=name');
    expect(JSON.parse(text!)).toEqual({ ...record, nmae: 'Ann' });
  });

  it('that duplicate an attribute reject the record', () => {
    const mapped = mapJson({ user_id: 'a', n: 2, custom_attributes: { n: 1 } }, { unknown: 'custom' });
    expect(faultyFields(mapped)).toEqual(['custom_attributes.n']);
  });

  it('that cannot be encoded reject the record', () => {
    expect(faultyFields(mapOne(jsonText('{"user_id":"a","x":{"y":[1e400]}}'), keep))).toEqual(['x.y[0]']);
    expect(faultyFields(mapOne(jsonText('{"user_id":"a","x":{"y":"\\ud800"}}'), keep))).toEqual(['x.y']);
    const deep = `{"user_id":"a","x":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(rejected(mapOne(jsonText(deep), { ...keep, set: { city: 'Bern' } })).reasons).toMatchObject([
      { field: expect.stringMatching(/^x\[0\]/), reason: 'expected at most 64 levels of nesting' },
    ]);
  });
});

describe('--id, --map and --type on JSON', () => {
  it('map keys to fields and attributes', () => {
    const mapped = mapJson(
      { mail: 'a@b.c', first: 'Ann', tier: 'x' },
      { id: 'mail', map: { first: 'name', tier: 'custom_attributes.plan' } },
    );
    expect(sent(mapped)).toEqual({ user_id: 'a@b.c', name: 'Ann', custom_attributes: { plan: 'x' } });
  });

  it('map single custom attributes by their paths', () => {
    const record = { custom_attributes: { mail: 'a@b.c', score: '5', other: [1] } };
    const mapped = mapJson(record, {
      id: 'custom_attributes.mail',
      type: { 'custom_attributes.score': 'number' },
    });
    expect(sent(mapped)).toEqual({ user_id: 'a@b.c', custom_attributes: { score: 5, other: [1] } });
  });

  it('keep an object of attributes that is empty', () => {
    const given = { map: { first: 'name' }, type: { 'custom_attributes.score': 'number' } } as const;
    const mapped = mapJson({ user_id: 'a', first: 'Ann', custom_attributes: {} }, given);
    expect(sent(mapped)).toEqual({ user_id: 'a', name: 'Ann', custom_attributes: {} });
  });

  it('map a key such as custom_attributes.plan to that attribute', () => {
    expect(sent(mapJson({ user_id: 'a', 'custom_attributes.plan': 'pro' }))).toEqual({
      user_id: 'a',
      custom_attributes: { plan: 'pro' },
    });
  });

  it('reject a record with two keys for one field', () => {
    const [reason] = rejected(mapJson({ user_id: 'a', mail: 'b' }, { id: 'mail' })).reasons;
    expect(reason).toMatchObject({
      field: 'user_id',
      reason: 'given twice, in "user_id" and "mail"',
    });
  });

  it('convert texts to their type and keep other values', () => {
    const type = { n: 'number', b: 'boolean', l: 'list', j: 'json' } as const;
    const given = { type, unknown: 'custom' } as const;
    expect(sent(mapJson({ user_id: 'a', n: '1.5', b: 'yes', l: 'x|y', j: '[1]' }, given))).toEqual({
      user_id: 'a',
      custom_attributes: { n: 1.5, b: true, l: ['x', 'y'], j: [1] },
    });
    const typed = { n: 2, b: false, l: ['z'], j: null };
    expect(sent(mapJson({ user_id: 'a', ...typed }, given))).toEqual({
      user_id: 'a',
      custom_attributes: typed,
    });
    expect(faultyFields(mapJson({ user_id: 'a', n: 'x' }, given))).toEqual(['custom_attributes.n']);
  });
});

describe('--coerce', () => {
  it('converts "42" to 42 for age, and numbers to text for text fields', () => {
    expect(sent(mapJson({ user_id: 7, age: '42', city: 94105, group_id: -3 }, coerce))).toEqual({
      user_id: '7',
      age: 42,
      city: '94105',
      group_id: '-3',
    });
    expect(accepted(mapJson({ user_id: 7 }, coerce)).id).toBe('7');
  });

  it.each([
    ['{"user_id":12345678901234567890}', '12345678901234567890'],
    ['{"x":[{"user_id":5}],"user_id" : 9007199254740993}', '9007199254740993'],
    ['{"name":"\\"user_id\\": 8","user_id":7}', '7'],
  ])('keeps every digit of the id in %s', (text, id) => {
    expect(accepted(mapOne(jsonText(text), coerce)).id).toBe(id);
  });

  it.each(['1e3', '7.0', '7.5', '1.5e300', '1e400', 'true', '[7]'])(
    'does not convert %s to an id',
    (value) => {
      expect(faultyFields(mapOne(jsonText(`{"user_id":${value}}`), coerce))).toEqual(['user_id']);
    },
  );

  it('takes the digits of an id from its own key, not from another one of that name', () => {
    const text =
      '{"custom_attributes":{"x":[{"user_id":12345678901234567891}]},"user_id":12345678901234567890}';
    expect(accepted(mapOne(jsonText(text), coerce)).id).toBe('12345678901234567890');
    const inner = '{"user_id":1,"custom_attributes":{"user_id":12345678901234567891}}';
    const given = {
      ...coerce,
      map: { user_id: 'custom_attributes.x', 'custom_attributes.user_id': 'user_id' },
    };
    expect(accepted(mapOne(jsonText(inner), given)).id).toBe('12345678901234567891');
  });

  it('normalizes dates and leaves out fields that are null', () => {
    expect(
      sent(
        mapJson(
          { user_id: 'a', name: null, custom_attributes: null, created_at: '2024-01-02 10:00:00+00' },
          coerce,
        ),
      ),
    ).toEqual({
      user_id: 'a',
      created_at: '2024-01-02T10:00:00+00:00',
    });
  });

  it('does not change custom attributes', () => {
    const record = { user_id: 'a', custom_attributes: { n: '42', z: null } };
    expect(sent(mapJson(record, coerce))).toEqual(record);
  });
});

describe('a value that is not a record', () => {
  it.each([5, 'x', null, true, [{ user_id: 'a' }]])('%j is rejected as a whole', (value) => {
    const record = json(value);
    expect(mapOne(record)).toMatchObject({
      kind: 'rejected',
      reasons: [{ field: '', reason: 'expected a JSON object: one user record', by: 'local' }],
      source: record,
    });
  });

  it('a record that could not be read is rejected with the reason of the reader', () => {
    const source = faulty('expected JSON');
    expect(mapOne(source)).toEqual({
      kind: 'rejected',
      reasons: [{ field: '', reason: 'expected JSON', found: '{"user_id":', hint: 'Fix it.', by: 'local' }],
      source,
    });
  });
});

describe('a line of a rejects file that holds its text in _raw', () => {
  const wrapped = (text: string) => mapJson({ _raw: text, _errors: 'expected JSON' });

  it('is read as that text once it is valid', () => {
    expect(accepted(wrapped(' {"user_id": "a","age":5}')).json).toBe('{"user_id":"a","age":5}');
    expect(accepted(mapJson({ _raw: '{"user_id":12345678901234567890}' }, coerce)).id).toBe(
      '12345678901234567890',
    );
  });

  it.each(['{"user_id":', '[1]', '5', ''])('is rejected again while the text is %j', (text) => {
    expect(rejected(wrapped(text)).reasons).toMatchObject([
      { field: '', reason: 'expected a JSON object: one user record' },
    ]);
  });

  it('is an ordinary key in a record with others', () => {
    expect(sent(mapJson({ user_id: 'a', _raw: 'x' }, keep))).toEqual({ user_id: 'a', _raw: 'x' });
  });
});

describe('warnings about JSON text that a parser does not keep', () => {
  it('count duplicate keys and long numbers', () => {
    const number = 'number 12345678901234567890 in custom_attributes.n';
    const mapper = createRecordMapper(settings());
    mapper.map([
      json({ user_id: 'a' }, { line: 1, lossy: ['duplicate key "name"'] }),
      jsonText('{"user_id":"b","custom_attributes":{"n":12345678901234567890}}', {
        line: 2,
        lossy: [number],
      }),
      jsonText('{"user_id":"c","custom_attributes":{"m":1,"m":12345678901234567890}}', {
        line: 3,
        lossy: ['duplicate key "n"', number],
      }),
    ]);
    expect(mapper.warnings()).toMatchObject([
      {
        code: 'duplicate-key',
        count: 2,
        examples: [{ file: 'users.ndjson', line: 1, user_id: 'a' }, { line: 3 }],
      },
      { code: 'lossy-number', count: 2, examples: [{ line: 2 }, { line: 3 }] },
    ]);
  });
});

describe('a JSON record that is rewritten', () => {
  const text =
    '{"user_id":"a","custom_attributes":{"n":12345678901234567890,"d":1.10,"e":1.5e-7,"z":-0,"l":[0.1234567890123456789]}}';

  it.each<[string, Partial<ColumnSettings>, string, string]>([
    ['--set', { set: { gender: 'x' } }, '{"user_id":"a",', '{"user_id":"a","gender":"x",'],
    ['--map', { map: { 'custom_attributes.n': 'custom_attributes.m' } }, '"n":', '"m":'],
    ['--type', { type: { 'custom_attributes.t': 'number' } }, '', ''],
    ['--set of an attribute', { set: { 'custom_attributes.p': 'x' } }, ']}}', '],"p":"x"}}'],
  ])('keeps its numbers as they are written, with %s', (_name, given, from, to) => {
    expect(accepted(mapOne(jsonText(text), given)).json).toBe(text.replace(from, to));
  });

  it('keeps them when custom_attributes has another name, and in a record that is rejected', () => {
    const renamed = text.replace('custom_attributes', 'attrs');
    expect(accepted(mapOne(jsonText(renamed), { map: { attrs: 'custom_attributes' } })).json).toBe(text);
    const wrong = text.replace('"a"', '"a","age":"x"');
    const { json: rejectedJson } = rejected(mapOne(jsonText(wrong), { set: { gender: 'x' } }));
    expect(rejectedJson).toContain('"n":12345678901234567890,"d":1.10,"e":1.5e-7,"z":-0');
  });

  it('has each key once, also with numbers under a duplicate', () => {
    const twice = '{"user_id":"a","custom_attributes":{"l":[{"k":0.5,"k":1.5}],"n":1.10,"n":2.20}}';
    const record = jsonText(twice, { lossy: ['duplicate key "custom_attributes.l[0].k"'] });
    expect(accepted(mapOne(record, { set: { 'custom_attributes.p': 'x' } })).json).toBe(
      '{"user_id":"a","custom_attributes":{"l":[{"k":1.5}],"n":2.20,"p":"x"}}',
    );
  });

  it('is rejected when two keys give custom_attributes as a whole', () => {
    const both = { user_id: 'a', custom_attributes: { a: 1 }, attrs: { b: 2 } };
    expect(rejected(mapJson(both, { map: { attrs: 'custom_attributes' } })).reasons).toMatchObject([
      { field: 'custom_attributes', reason: 'given twice, in "custom_attributes" and "attrs"' },
    ]);
  });
});

describe('a large number that --coerce converts to text', () => {
  it('keeps its digits without a warning, unless another one remains', () => {
    const warnings = (raw: string) => {
      const mapper = createRecordMapper(settings({ coerce: true }));
      accepted(mapper.map([jsonText(raw, { lossy: ['number 12345678901234567890 in user_id'] })])[0]!);
      return mapper.warnings().map(({ code }) => code);
    };
    expect(warnings('{"user_id":12345678901234567890}')).toEqual([]);
    expect(
      warnings('{"user_id":12345678901234567890,"custom_attributes":{"n":12345678901234567890}}'),
    ).toEqual(['lossy-number']);
  });
});

describe('--id on JSON', () => {
  it.each([{ id: 'email' }, { map: { email: 'user_id' } }])('%j accept no other id', (given) => {
    const file = jsonFile();
    const results = createRecordMapper(settings(given)).map([
      json({ email: 'a@x.y' }, { file }),
      json({ user_id: '1', name: 'B' }, { file }),
      json({ user_id: '2', Email: 'c@x.y' }, { file }),
      json({ name: 'D' }, { file }),
    ]);
    expect(accepted(results[0]!).id).toBe('a@x.y');
    const reason = 'no key "email", which is the user id';
    expect(rejected(results[1]!).reasons).toMatchObject([
      { field: 'user_id', reason, found: 'only user_id "1"' },
    ]);
    expect(rejected(results[2]!).reasons).toMatchObject([{ reason, found: 'only user_id "2"' }]);
    expect(rejected(results[3]!).reasons).toMatchObject([{ reason, found: 'none' }]);
  });

  it('accepts user_id itself; a key that is null is missing', () => {
    expect(accepted(mapJson({ user_id: 'a' }, { id: 'user_id' })).id).toBe('a');
    expect(faultyFields(mapJson({ mail: null }, { id: 'mail', coerce: true }))).toEqual(['user_id']);
  });
});

it('a duplicate key in the text that a rejects file keeps causes the same warning', () => {
  const mapper = createRecordMapper(settings());
  const [mapped] = mapper.map([
    json({ _raw: '{"user_id":"a","name":"x","name":"y"}', _errors: ['not valid JSON'] }),
  ]);
  expect(accepted(mapped!).json).toBe('{"user_id":"a","name":"y"}');
  expect(mapper.warnings()).toMatchObject([{ code: 'duplicate-key', count: 1 }]);
});
