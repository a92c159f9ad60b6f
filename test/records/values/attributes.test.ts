import { describe, expect, it } from 'vitest';
import type { MappedRecord } from '../../../src/records/record.ts';
import { createRecordMapper, type RecordMapper } from '../../../src/records/record-mapper.ts';
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

  it.each(['1e400', '[1,1e400]', '[{"a":1e400}]'])('may not be the infinite number in %s', (text) => {
    const mapped = mapOne(jsonText(`{"user_id":"a","custom_attributes":{"it":${text}}}`));
    expect(rejected(mapped).reasons).toMatchObject([{ reason: 'expected a number below 1.8e308' }]);
  });

  it('must not contain half of a character in its value, items or name', () => {
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

  it('must be in an object', () => {
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
  const conflictsOf = (mapper: RecordMapper, mapped: readonly MappedRecord[]) =>
    mapped.map((one) => (one.kind === 'user' ? mapper.typeConflicts(one) : undefined));
  const verdictsOf = (mapper: RecordMapper, mapped: readonly MappedRecord[]) =>
    conflictsOf(mapper, mapped).map((reasons) =>
      reasons === undefined ? 'rejected' : reasons.length > 0 ? 'conflict' : 'user',
    );
  const verdicts = (...values: unknown[]) => {
    const mapper = createRecordMapper(settings());
    return verdictsOf(mapper, mapper.map(values.map((value, index) => user(index + 1, value))));
  };

  it('rejects no record, because Miso may have either type; the conflict names a line of the common type', () => {
    const mapper = createRecordMapper(settings());
    const mapped = mapper.map([user(12, 5), user(13, 'five'), user(14, [5]), user(15, 5.5)]);
    const [, text, list, number] = conflictsOf(mapper, mapped);
    expect(text).toMatchObject([
      {
        field: 'custom_attributes.it',
        reason: 'expected a number, as in a/users.ndjson line 12',
        found: '"five"',
      },
    ]);
    expect(list?.[0]?.reason).toBe(text?.[0]?.reason);
    expect(number).toEqual([]);
  });

  it('is determined by most records, not by the first, with one warning and counts', () => {
    const mapper = createRecordMapper(settings());
    const mapped = mapper.map([user(1, 'n/a'), user(2, 5), user(3, 6), user(4, null), user(5, [7])]);
    expect(verdictsOf(mapper, mapped)).toEqual(['conflict', 'user', 'user', 'user', 'conflict']);
    expect(mapper.warnings()).toEqual([
      {
        code: 'attribute-type',
        message:
          'custom_attributes.it is a number in most records, and a string and a list of numbers in others: Miso accepts one type per attribute',
        count: 2,
        examples: [
          { file: 'a/users.ndjson', line: 1, user_id: 'u1' },
          { file: 'a/users.ndjson', line: 5, user_id: 'u5' },
        ],
      },
    ]);
    expect(createRecordMapper(settings()).warnings()).toEqual([]);
  });

  it.each([
    [1, 1.5, 'user'],
    ['a', 1, 'conflict'],
    [true, 'true', 'conflict'],
    [[1], 1, 'conflict'],
    [[1], ['a'], 'conflict'],
    [['a'], [{}], 'conflict'],
    [[1], [], 'user'],
    [[], [1], 'user'],
    [1, [], 'conflict'],
    [1, null, 'user'],
    [null, 1, 'user'],
  ])('%j and then %j: %s', (first, second, kind) => {
    expect(verdicts(first, second)).toEqual(['user', kind]);
  });

  it('is not determined by null, by an empty list or by a rejected record', () => {
    expect(verdicts(null, [], 'a', 1)).toEqual(['user', 'conflict', 'user', 'conflict']);
    const mapper = createRecordMapper(settings());
    const mapped = mapper.map([user(1, 5, 7), user(2, 'five'), user(3, 6)]);
    expect(verdictsOf(mapper, mapped)).toEqual(['rejected', 'user', 'conflict']);
  });

  it('is found across rows of a table and lines of JSON', () => {
    const table = tableFile(['user_id', 'it']);
    const mapper = createRecordMapper(settings());
    const mapped = mapper.map([row(table, ['a', '5'], 2), user(1, 5)]);
    expect(conflictsOf(mapper, mapped)[1]?.[0]?.reason).toBe('expected a string, as in users.csv line 2');
  });

  it('is compared for the first ten thousand attributes, so that memory stays bounded', () => {
    const mapper = createRecordMapper(settings());
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a${index}`, 1]));
    mapper.map([json({ user_id: 'a', custom_attributes: many })]);
    const next = (it: Record<string, unknown>) =>
      verdictsOf(mapper, mapper.map([json({ user_id: 'b', custom_attributes: it })]))[0];
    expect(next({ a9999: 'text' })).toBe('conflict');
    expect([next({ late: 1 }), next({ late: 'text' })]).toEqual(['user', 'user']);
  });
});
