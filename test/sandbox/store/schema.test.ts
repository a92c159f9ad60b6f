import { describe, expect, it } from 'vitest';
import { userFields } from '../../../src/contract/user-fields.ts';
import { checkRecord, errorLine } from '../../../src/sandbox/store/schema.ts';

const linesFor = (record: unknown) => checkRecord(record).map((flaw) => errorLine(0, flaw));
const attributeKinds =
  'boolean, number, string, null, list of numbers, list of strings or list of flat objects';

describe('a record', () => {
  it.each<[string, object]>([
    ['with nothing but an id', { user_id: 'u' }],
    ['with an id of 512 emoji, which are 1,024 UTF-16 units', { user_id: '🦊'.repeat(512) }],
    ['with an underscore later in the id', { user_id: 'a_' }],
    ['with every field', { ...full(), profile_image: 'https://img.example/a.png?x=1#f' }],
    ['with an age that is written as a decimal', { user_id: 'u', age: 42.0 }],
    ['with every kind of attribute', { user_id: 'u', custom_attributes: attributes() }],
    ['with an image of 65,536 characters', { user_id: 'u', profile_image: `data:,${'a'.repeat(65_530)}` }],
  ])('%s is valid', (_, record) => {
    expect(linesFor(record)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{}, 'data.0.user_id is invalid. The attribute is required.'],
    [
      { user_id: 'u', nickname: { deep: [1] } },
      'data.0.nickname is invalid. Additional properties are not allowed.',
    ],
    [
      { user_id: 'u', constructor: 1 },
      'data.0.constructor is invalid. Additional properties are not allowed.',
    ],
    [
      { user_id: 'u', 'a b.c': 1 },
      'data.0 is invalid. Additional properties are not allowed. "a b.c" is unexpected.',
    ],
    [
      { user_id: ['x'] },
      "data.0.user_id is invalid. The attribute expected to be of type 'string', but 'array' is given.",
    ],
    [
      { user_id: 7 },
      "data.0.user_id is invalid. The attribute expected to be of type 'string', but 'integer' is given.",
    ],
    [
      { user_id: null },
      "data.0.user_id is invalid. The attribute expected to be of type 'string', but 'null' is given.",
    ],
    [
      { user_id: '' },
      'data.0.user_id is invalid. The attribute should be at least 1 characters long, but it is 0.',
    ],
    [
      { user_id: 'é'.repeat(513) },
      'data.0.user_id is invalid. The attribute should be at most 512 characters long, but it is 513.',
    ],
    [{ user_id: '_x' }, "data.0.user_id (_x) is invalid. The attribute should not begin with '_'."],
    [
      { user_id: 'u', age: 4.5 },
      "data.0.age is invalid. The attribute expected to be of type 'integer', but 'number' is given.",
    ],
    [
      { user_id: 'u', age: '42' },
      "data.0.age is invalid. The attribute expected to be of type 'integer', but 'string' is given.",
    ],
    [
      { user_id: 'u', age: Number.POSITIVE_INFINITY },
      "data.0.age is invalid. The attribute expected to be of type 'integer', but 'number' is given.",
    ],
    [
      { user_id: 'u', name: false },
      "data.0.name is invalid. The attribute expected to be of type 'string', but 'boolean' is given.",
    ],
    [
      { user_id: 'u', created_at: 'yesterday' },
      "data.0.created_at is invalid. The attribute should match 'date-time' format.",
    ],
    [
      { user_id: 'u', updated_at: 1 },
      "data.0.updated_at is invalid. The attribute expected to be of type 'string', but 'integer' is given.",
    ],
    [
      { user_id: 'u', profile_image: 'a picture' },
      "data.0.profile_image is invalid. The attribute should match 'uri' format.",
    ],
    [
      { user_id: 'u', profile_image: '' },
      'data.0.profile_image is invalid. The attribute should be at least 1 characters long, but it is 0.',
    ],
    [
      { user_id: 'u', profile_image: `data:,${'a'.repeat(65_531)}` },
      'data.0.profile_image is invalid. The attribute should be at most 65536 characters long, but it is 65537.',
    ],
    [
      { user_id: 'u', custom_attributes: [] },
      "data.0.custom_attributes is invalid. The attribute expected to be of type 'object', but 'array' is given.",
    ],
    ['text', "data.0 is invalid. The attribute expected to be of type 'object', but 'string' is given."],
    [null, "data.0 is invalid. The attribute expected to be of type 'object', but 'null' is given."],
  ])("%j is refused in Miso's words", (record, line) => {
    expect(linesFor(record)).toEqual([line]);
  });

  it.each<[string, unknown, string]>([
    ['an object', {}, 'object'],
    ['a list of lists', [[1]], 'list of arrays'],
    ['a list of numbers and strings', [1, '1'], 'list of mixed types'],
    ['a list with a null', [null], 'list of null'],
    ['a list of booleans', [true], 'list of booleans'],
    ['a list of objects that hold objects', [{ a: {} }], 'list of nested objects'],
    ['a number that JSON can write and no computer hold', Number.POSITIVE_INFINITY, 'infinite number'],
  ])('%s is not a custom attribute', (_, value, found) => {
    const reason = `The attribute expected to be of type '${attributeKinds}', but '${found}' is given.`;
    expect(linesFor({ user_id: 'u', custom_attributes: { x: value } })).toEqual([
      `data.0.custom_attributes.x is invalid. ${reason}`,
    ]);
  });

  it.each(Object.keys(userFields))('may have the field %s, as in the table of Miso’s fields', (field) => {
    const unknown = (name: string) =>
      linesFor({ user_id: 'u', [name]: {} }).filter((line) => line.includes('Additional properties'));
    expect(unknown('no_such_field')).toHaveLength(1);
    expect(unknown(field)).toEqual([]);
  });

  it('is refused with all of its violations', () => {
    expect(linesFor({ user_id: 5, age: 'x', created_at: '2024' })).toHaveLength(3);
  });

  it.each(['name', 'description', 'gender', 'city', 'state', 'country', 'group_id'])(
    'may have any text as %s',
    (field) => {
      expect(linesFor({ user_id: 'u', [field]: '' })).toEqual([]);
      expect(linesFor({ user_id: 'u', [field]: null })).toHaveLength(1);
    },
  );
});

function full() {
  return {
    user_id: 'u',
    name: 'n',
    description: 'd',
    age: 1,
    gender: 'g',
    city: 'c',
    state: 's',
    country: 'c',
    group_id: 'g',
    created_at: '2024-02-29',
    updated_at: '2024-02-29T23:59:59.123+05:30',
    custom_attributes: {},
  };
}

function attributes() {
  return JSON.parse(
    '{"b":true,"n":1.5,"s":"","z":null,"e":[],"ln":[1,2.5],"ls":["a"],"lo":[{"a":1,"b":null}],"__proto__":1,"constructor":"x"}',
  ) as object;
}
