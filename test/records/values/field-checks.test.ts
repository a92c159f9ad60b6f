import { describe, expect, it } from 'vitest';
import { accepted, faultyFields, mapJson, mapRow, rejected, sent } from '../given.ts';

const emoji = '\u{1f600}';

describe('user_id', () => {
  it.each([
    ['a letter', 'a'],
    ['512 characters', 'x'.repeat(512)],
    ['512 emoji, each two code units', emoji.repeat(512)],
    ['white space at both ends', '  a b '],
    ['digits with leading zeros', '00123'],
    ['scientific notation', '1.23E+15'],
    ['a dot', '..'],
    ['a control character', 'a\u0000b'],
    ['quotes and backslashes', '"\\'],
    ['an underscore inside', 'a_'],
  ])('accepts %s unchanged', (_name, id) => {
    for (const mapped of [mapJson({ user_id: id }), mapRow({ user_id: id })]) {
      expect(sent(mapped)).toEqual({ user_id: id });
      expect(accepted(mapped).id).toBe(id);
    }
  });

  it.each([
    ['an empty text', '', 'expected 1 to 512 characters'],
    ['513 characters', 'x'.repeat(513), 'expected 1 to 512 characters'],
    ['513 emoji', emoji.repeat(513), 'expected 1 to 512 characters'],
    ['an underscore at the start', '_a', 'must not start with _'],
    ['half of an emoji', 'a\ud83d', 'expected well-formed Unicode text'],
    ['a number', 7, 'expected a string, not a number'],
    ['null', null, 'expected a string, not null'],
    ['a list', ['a'], 'expected a string'],
    ['a boolean', true, 'expected a string'],
  ])('refuses %s', (_name, id, reason) => {
    const { reasons } = rejected(mapJson({ user_id: id }));
    expect(reasons).toMatchObject([{ field: 'user_id', reason, by: 'local' }]);
  });

  it('proposes --coerce for a number', () => {
    expect(rejected(mapJson({ user_id: 7 })).reasons[0]?.hint).toContain('--coerce');
  });

  it('is required: an empty cell or a missing key is rejected', () => {
    const reason = 'user_id is missing';
    expect(rejected(mapRow({ user_id: '', name: 'Ann' })).reasons).toMatchObject([
      { field: 'user_id', reason, found: 'an empty cell' },
    ]);
    const { reasons } = rejected(mapJson({ email: 'ann@example.com' }));
    expect(reasons).toMatchObject([{ field: 'user_id', reason, found: 'none' }]);
    expect(reasons[0]?.hint).toContain('--id email');
  });
});

describe('text fields', () => {
  const names = ['name', 'description', 'gender', 'city', 'state', 'country', 'group_id'];

  it.each(names)('%s accepts any text unchanged', (name) => {
    for (const text of [' x ', '007', 'true', 'naïve "\\\n', '\u{1f600}']) {
      expect(sent(mapJson({ user_id: 'a', [name]: text }))).toEqual({ user_id: 'a', [name]: text });
      expect(sent(mapRow({ user_id: 'a', [name]: text }))).toEqual({ user_id: 'a', [name]: text });
    }
    expect(sent(mapJson({ user_id: 'a', [name]: '' }))).toEqual({ user_id: 'a', [name]: '' });
  });

  it.each(names)('%s rejects other types', (name) => {
    for (const value of [1, true, null, [], {}]) {
      expect(faultyFields(mapJson({ user_id: 'a', [name]: value }))).toEqual([name]);
    }
  });

  it('reject half of a character, in a row and in JSON', () => {
    expect(faultyFields(mapJson({ user_id: 'a', name: 'x\ude00' }))).toEqual(['name']);
    expect(faultyFields(mapRow({ user_id: 'a', name: 'x\ude00' }))).toEqual(['name']);
  });
});

describe('age', () => {
  it.each([0, 42, -1, 120])('accepts the integer %d', (age) => {
    expect(sent(mapJson({ user_id: 'a', age }))).toEqual({ user_id: 'a', age });
    expect(sent(mapRow({ user_id: 'a', age: String(age) }))).toEqual({ user_id: 'a', age });
  });

  it('accepts 42.0, which is an integer', () => {
    expect(sent(mapRow({ user_id: 'a', age: '42.0' }))).toEqual({ user_id: 'a', age: 42 });
    expect(sent(mapRow({ user_id: 'a', age: ' 42 ' }))).toEqual({ user_id: 'a', age: 42 });
  });

  it.each([
    [1.5, 'expected an integer'],
    ['42', 'expected an integer, not a string'],
    ['forty', 'expected an integer'],
    [null, 'expected an integer, not null'],
    [true, 'expected an integer'],
    [[42], 'expected an integer'],
    [2 ** 53, 'expected an integer'],
  ])('refuses %j in JSON', (age, reason) => {
    expect(rejected(mapJson({ user_id: 'a', age })).reasons).toMatchObject([{ field: 'age', reason }]);
  });

  it.each(['1.5', 'forty', '1e400', '0x10', 'Infinity', 'NaN', '42y', '4 2'])(
    'refuses the cell %s',
    (age) => {
      expect(faultyFields(mapRow({ user_id: 'a', age }))).toEqual(['age']);
    },
  );

  it('leaves out a cell of white space', () => {
    expect(sent(mapRow({ user_id: 'a', age: '  ' }))).toEqual({ user_id: 'a' });
  });

  it('shows what was found and keeps it in the JSON of the rejected record', () => {
    const rejection = rejected(mapRow({ user_id: 'a', age: 'forty', city: 'Bern' }));
    expect(rejection.reasons).toEqual([
      { field: 'age', reason: 'expected an integer', found: '"forty"', by: 'local' },
    ]);
    expect(rejection.id).toBe('a');
    expect(JSON.parse(rejection.json!)).toEqual({ user_id: 'a', age: 'forty', city: 'Bern' });
  });
});

describe('profile_image', () => {
  it.each([
    'https://example.com/a.png',
    'http://localhost:8080/?a=b#c',
    'urn:isbn:12',
    'data:image/png;base64,AAAA',
    'https://example.com/%20x',
    'https://example.com/é.png',
    'ftp://example.com',
    `https://example.com/${'x'.repeat(65_516)}`,
  ])('accepts %.50s', (uri) => {
    expect(sent(mapJson({ user_id: 'a', profile_image: uri }))).toEqual({
      user_id: 'a',
      profile_image: uri,
    });
  });

  it.each([
    '',
    'face.png',
    'www.example.com/face.png',
    '//example.com/face.png',
    'https://',
    'https:///face.png',
    'https://example.com/a b.png',
    'https://example.com/100%.png',
    'C:\\face.png',
    'not a uri',
    `https://example.com/${'x'.repeat(65_517)}`,
  ])('refuses %.50j', (uri) => {
    expect(faultyFields(mapJson({ user_id: 'a', profile_image: uri }))).toEqual(['profile_image']);
  });
});

describe('a record with several faults', () => {
  it('is rejected with all of them', () => {
    const mapped = mapJson({
      user_id: 7,
      age: 'x',
      created_at: 'soon',
      custom_attributes: { a: [true], b: {} },
    });
    expect(faultyFields(mapped)).toEqual([
      'user_id',
      'age',
      'created_at',
      'custom_attributes.a[0]',
      'custom_attributes.b',
    ]);
  });
});
