import { describe, expect, it } from 'vitest';
import { createRecordMapper } from '../../../src/records/record-mapper.ts';
import {
  accepted,
  faultyFields,
  json,
  jsonFile,
  jsonText,
  mapJson,
  mapOne,
  rejected,
  row,
  sent,
  settings,
  tableFile,
} from '../given.ts';

describe('a custom attribute', () => {
  it.each([
    true,
    false,
    0,
    -1.5,
    1e20,
    '',
    'x',
    null,
    [],
    [1, 2.5],
    ['a', ''],
    [{}],
    [{ a: 1, b: 'x', c: null, d: true }],
  ])('may be %j', (value) => {
    const record = { user_id: 'a', custom_attributes: { it: value } };
    expect(sent(mapJson(record))).toEqual(record);
  });

  it.each([
    [{ a: 1 }, ['custom_attributes.it']],
    [[true], ['custom_attributes.it[0]']],
    [[null], ['custom_attributes.it[0]']],
    [[[1]], ['custom_attributes.it[0]']],
    [
      [1, 'a', 2, 'b'],
      ['custom_attributes.it[1]', 'custom_attributes.it[3]'],
    ],
    [['a', 1], ['custom_attributes.it[1]']],
    [['a', {}], ['custom_attributes.it[1]']],
    [
      [{ a: 1 }, { a: [1], b: {} }],
      ['custom_attributes.it[1].a', 'custom_attributes.it[1].b'],
    ],
    [[{ a: 1 }, 'x'], ['custom_attributes.it[1]']],
  ])('may not be %j', (value, paths) => {
    expect(faultyFields(mapJson({ user_id: 'a', custom_attributes: { it: value } }))).toEqual(paths);
  });

  it.each(['1e400', '[1,1e400]', '[{"a":1e400}]'])(
    'may not be the number beyond all bounds in %s',
    (text) => {
      const mapped = mapOne(jsonText(`{"user_id":"a","custom_attributes":{"it":${text}}}`));
      expect(rejected(mapped).reasons).toMatchObject([{ reason: 'expected a number below 1.8e308' }]);
    },
  );

  it('may not hold half a character, in its value, its items or its name', () => {
    for (const attributes of [
      { it: 'x\ud800' },
      { it: ['\ude00'] },
      { it: [{ a: '\ud800' }] },
      { 'x\ud800': 1 },
    ]) {
      const [reason] = rejected(mapJson({ user_id: 'a', custom_attributes: attributes })).reasons;
      expect(reason).toMatchObject({ reason: 'expected well-formed Unicode text' });
    }
    const whole = { user_id: 'a', custom_attributes: { '\u{1f600}': '\u{1f600}' } };
    expect(
      sent(mapOne(jsonText('{"user_id":"a","custom_attributes":{"\\ud83d\\ude00":"\\uD83D\\uDE00"}}'))),
    ).toEqual(whole);
  });

  it('reports no more than a hundred items of one list', () => {
    const wrong = Array.from({ length: 5000 }, () => true);
    expect(faultyFields(mapJson({ user_id: 'a', custom_attributes: { it: wrong } }))).toHaveLength(100);
  });

  it('belongs in an object', () => {
    for (const value of [null, 'x', 1, [], [1]]) {
      expect(faultyFields(mapJson({ user_id: 'a', custom_attributes: value }))).toEqual([
        'custom_attributes',
      ]);
    }
  });

  it('may be called __proto__, constructor or the empty text', () => {
    const text = '{"user_id":"a","custom_attributes":{"__proto__":"x","constructor":"y","":"z"}}';
    expect(accepted(mapOne(jsonText(text))).json).toBe(text);
    const built = accepted(mapOne(jsonText(text), { set: { city: 'Bern' } }));
    expect(built.json).toBe(
      '{"user_id":"a","city":"Bern","custom_attributes":{"__proto__":"x","constructor":"y","":"z"}}',
    );
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('one attribute with two types', () => {
  const file = jsonFile('a/users.ndjson');
  const user = (line: number, it: unknown, id: unknown = `u${line}`) =>
    json({ user_id: id, custom_attributes: { it } }, { line, file });
  const verdicts = (...values: unknown[]) =>
    createRecordMapper(settings())
      .map(values.map((value, index) => user(index + 1, value)))
      .map(({ kind }) => kind);

  it('rejects the later record and names the line that set the type', () => {
    const mapper = createRecordMapper(settings());
    mapper.map([user(12, 5)]);
    const [text, list, number] = mapper.map([user(13, 'five'), user(14, [5]), user(15, 5.5)]);
    expect(rejected(text!).reasons).toMatchObject([
      {
        field: 'custom_attributes.it',
        reason: 'expected a number, as in a/users.ndjson line 12',
        found: '"five"',
      },
    ]);
    expect(rejected(list!).reasons[0]?.reason).toBe(rejected(text!).reasons[0]?.reason);
    expect(accepted(number!).id).toBe('u15');
  });

  it.each([
    [1, 1.5, 'user'],
    ['a', 1, 'rejected'],
    [true, 'true', 'rejected'],
    [[1], 1, 'rejected'],
    [[1], ['a'], 'rejected'],
    [['a'], [{}], 'rejected'],
    [[1], [], 'user'],
    [[], [1], 'user'],
    [1, [], 'rejected'],
    [1, null, 'user'],
    [null, 1, 'user'],
  ])('%j and then %j: %s', (first, second, kind) => {
    expect(verdicts(first, second)).toEqual(['user', kind]);
  });

  it('is not decided by null, by an empty list or by a rejected record', () => {
    expect(verdicts(null, [], 'a', 1)).toEqual(['user', 'user', 'user', 'rejected']);
    const mapper = createRecordMapper(settings());
    const mapped = mapper.map([user(1, 5, 7), user(2, 'five'), user(3, 6)]);
    expect(mapped.map(({ kind }) => kind)).toEqual(['rejected', 'user', 'rejected']);
  });

  it('is found across rows of a table and lines of JSON', () => {
    const table = tableFile(['user_id', 'it']);
    const mapped = createRecordMapper(settings()).map([row(table, ['a', '5'], 2), user(1, 5)]);
    expect(rejected(mapped[1]!).reasons[0]?.reason).toBe('expected a string, as in users.csv line 2');
  });

  it('is compared for the first ten thousand attributes, so that memory stays bounded', () => {
    const mapper = createRecordMapper(settings());
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a${index}`, 1]));
    mapper.map([json({ user_id: 'a', custom_attributes: many })]);
    const next = (it: Record<string, unknown>) =>
      mapper.map([json({ user_id: 'b', custom_attributes: it })])[0]!.kind;
    expect(next({ a9999: 'text' })).toBe('rejected');
    expect([next({ late: 1 }), next({ late: 'text' })]).toEqual(['user', 'user']);
  });
});
