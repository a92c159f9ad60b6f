import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { isWindows } from '../../platform.ts';
import { inShort, type ReadingOptions, reading } from '../reading.ts';

const extractCrowd = isWindows
  ? String.raw`jq -c ".[\"crowd\"][]" users.json`
  : `jq -c '.["crowd"][]' users.json`;

const json = async (text: string, options: ReadingOptions = {}) => {
  const result = await reading(text, { path: 'users.json', ...options });
  return { ...result, short: result.records.map(inShort) };
};
const ndjson = (text: string, options: ReadingOptions = {}) =>
  json(text, { path: 'users.ndjson', ...options });

describe('a JSON document', () => {
  test.each<[name: string, text: string, expected: string[]]>([
    ['an empty list', ' [ ] ', []],
    ['a list', '[{"a":1},{"a":2}]', ['1 {"a":1}', '1 {"a":2}']],
    ['a list over lines', '[\n  {"a":\n1},\r\n\r\n{"a":2}\n]\n', ['2 {"a":1}', '5 {"a":2}']],
    ['a byte order mark', '\ufeff[{"a":1}]', ['1 {"a":1}']],
    [
      'brackets and quotes in strings',
      '[{"a":"]}\\"{[\\\\"},{"b":"\\\\\\""}]',
      ['1 {"a":"]}\\"{[\\\\"}', '1 {"b":"\\\\\\""}'],
    ],
    [
      'elements that are no objects',
      '[1,"x, y",null,true,[2,[3]],-1.5e3]',
      ['1 1', '1 "x, y"', '1 null', '1 true', '1 [2,[3]]', '1 -1500'],
    ],
    ['a wrapper', '{"data":[{"a":1},{"a":2}]}', ['1 {"a":1}', '1 {"a":2}']],
    ['an empty wrapper', '{"data": []}', []],
    ['a wrapper under another key, without records', '{"users": []}', []],
    ['a wrapper with an empty list before that of records', '{"data":[],"users":[{"a":1}]}', ['1 {"a":1}']],
    ['an empty wrapper with other lists of objects', '{"before":[{}],"data":[],"after":[{}]}', []],
    [
      'a wrapper with keys before and after',
      '{"next":{"data":[{"x":1}],"s":"]"},\n"n":[1,[2]],"data" : [\n{"a":1}],\n"total":1,"more":{"data":[]}}',
      ['3 {"a":1}'],
    ],
    ['one record', '\n{"a":1,"b":{"data":[{"x":1}]}}\n', ['2 {"a":1,"b":{"data":[{"x":1}]}}']],
    ['one record with a list of values under data', '{"a":1,"data":[1,2]}', ['1 {"a":1,"data":[1,2]}']],
    [
      'one user with a list of objects under data',
      '{"user_id":"u","data":[{"a":1}]}',
      ['1 {"user_id":"u","data":[{"a":1}]}'],
    ],
    [
      'records after each other',
      '{\n"a":1\n}\n{\n"a":2\n} {"a":3}[{"a":4}]',
      ['1 {"a":1}', '4 {"a":2}', '6 {"a":3}', '6 {"a":4}'],
    ],
    ['lists after each other', '[{"a":1}]\n[]\n[{"a":2},{"a":3}]', ['1 {"a":1}', '3 {"a":2}', '3 {"a":3}']],
    [
      'wrappers after each other',
      '{"data":[{"a":1}],"n":2}\n{"n":2,"data":[{"a":2}]}',
      ['1 {"a":1}', '2 {"a":2}'],
    ],
    ['byte order marks between documents', '\ufeff[{"a":1}]\n\ufeff[{"a":2}]', ['1 {"a":1}', '2 {"a":2}']],
    [
      'line separators of Unicode, which are not line ends',
      '[{"a":"x\u2028y"},\n{"a":2}]',
      ['1 {"a":"x\u2028y"}', '2 {"a":2}'],
    ],
    ['lone surrogates', '[{"a":"\\ud800"}]', ['1 {"a":"\\ud800"}']],
  ])('%s', async (_, text, expected) => {
    for (const chunks of [[], [1], [5]]) {
      const { short, error } = await json(text, { chunks });
      expect(error).toBeUndefined();
      expect(short).toEqual(expected);
    }
  });

  test.each<[name: string, text: string, expected: string[]]>([
    [
      'NaN',
      '[{"a":1},\n{"a":NaN},{"a":2}]',
      [
        '1 {"a":1}',
        '2 faulty: not valid JSON: expected a JSON value; "NaN}" at character 6 of the record',
        '2 {"a":2}',
      ],
    ],
    [
      'a trailing comma',
      '[{"a":1,},{"a":2}]',
      [
        '1 faulty: not valid JSON: expected no comma before a closing bracket; ",}" at character 7 of the record',
        '1 {"a":2}',
      ],
    ],
    [
      'a bad escape',
      '[{"a":"\\x"},1]',
      [
        '1 faulty: not valid JSON: expected a valid escape in a string; "\\\\x\\"}" at character 7 of the record',
        '1 1',
      ],
    ],
    [
      'a raw line break',
      '[{"a":"x\ny"},1]',
      [
        '1 faulty: not valid JSON: expected no raw control character in a string; "\\ny\\"}" at character 8 of the record',
        '2 1',
      ],
    ],
    [
      'a key without quotes',
      '[{"b":1,\na:1},1]',
      ['1 faulty: not valid JSON: expected a key in double quotes; "a:1}" at line 2, column 1', '2 1'],
    ],
    [
      'a word',
      '[undefined,1]',
      ['1 faulty: not valid JSON: expected a JSON value; "undefined" at character 1 of the record', '1 1'],
    ],
    [
      'a missing colon',
      '[{"a" 1},1]',
      ['1 faulty: not valid JSON: expected a colon after a key; "1}" at character 6 of the record', '1 1'],
    ],
    [
      'a missing comma within',
      '[{"a":1 "b":2},1]',
      ['1 faulty: not valid JSON: expected a comma or }; "\\"b\\":2}" at character 8 of the record', '1 1'],
    ],
  ])('an element that is not JSON affects no others: %s', async (_, text, expected) => {
    const { short, error } = await json(text);
    expect(error).toBeUndefined();
    expect(short).toEqual(expected);
  });

  test.each<[name: string, text: string, records: number, line: number, message: string]>([
    ['a trailing comma', '[{"a":1},\n]', 1, 2, 'expected a record in the list, found "]"'],
    ['a doubled comma', '[{"a":1},\n,{"a":2}]', 1, 2, 'expected a record in the list, found ","'],
    ['a missing comma', '[{"a":1}\n{"a":2}]', 1, 2, 'expected a comma or ] after a record, found "{"'],
    [
      'an incomplete element',
      '[{"a":1},\n{"a":',
      1,
      2,
      'the record that starts here is not closed: a bracket or a quote is missing',
    ],
    [
      'an incomplete string',
      '[{"a":1},\n{"a":"x',
      1,
      2,
      'the record that starts here is not closed: a bracket or a quote is missing',
    ],
    [
      'an incomplete list',
      '[{"a":1},{"a":2}\n',
      2,
      2,
      'the list of records is not closed: its last ] is missing',
    ],
    [
      'an incomplete list after a comma',
      '[{"a":1},\n',
      1,
      2,
      'the list of records is not closed: its last ] is missing',
    ],
    ['an open list', '[', 0, 1, 'the list of records is not closed: its last ] is missing'],
    [
      'an incomplete wrapper',
      '{"data":[{"a":1}]',
      1,
      1,
      'the object around "data" is not closed: its last } is missing',
    ],
    [
      'a second list',
      '{"data":[{"a":1}],"data":[{"b":1}]}',
      1,
      1,
      'the object has the key "data" twice, and only the first was read',
    ],
    [
      'a broken wrapper',
      '{"data":[{"a":1}],]}',
      1,
      1,
      'the object around "data" is not valid JSON: expected a key in double quotes, at "]"',
    ],
    ['junk after the end', '[{"a":1}]\nx', 1, 2, 'the JSON document is complete, but "x" follows it'],
    [
      'junk after a wrapper',
      '{"data":[{"a":1}]}\n]',
      1,
      2,
      'the JSON document is complete, but "]" follows it',
    ],
    [
      'a bracket of the other kind',
      '[{"a":1},\n{"a":[1}\n]',
      1,
      2,
      '} does not match the last opening bracket',
    ],
    [
      'an incomplete record',
      '{"a":',
      0,
      1,
      'the record that starts here is not closed: a bracket or a quote is missing',
    ],
  ])(
    'ends where its structure is lost, after the records before: %s',
    async (_, text, records, line, message) => {
      const result = await json(text);
      expect(result.records).toHaveLength(records);
      expect(result.error).toBeInstanceOf(InputError);
      expect(result.error).toMatchObject({
        message: `users.json, line ${line}: ${message}.`,
        place: { file: 'users.json', line },
      });
    },
  );

  test('takes 1000 levels of brackets, and refuses an element with more', async () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    const { records } = await json(`[${nested(1000)},${nested(1001)},${nested(100_000)},1]`);
    expect(records.map(({ kind }) => kind)).toEqual(['json', 'faulty', 'faulty', 'json']);
    expect(records[1]).toMatchObject({ reason: 'expected no more than 1000 levels of brackets' });
  });

  test.each([[[64]], [[]]])(
    'an element beyond the limit ends the reading, in chunks of %j',
    async (chunks) => {
      const { short, error } = await json(`[1,\n"${'x'.repeat(500)}",2]`, {
        limits: { recordLength: 200 },
        chunks,
      });
      expect(short).toEqual(['1 1']);
      expect(error?.message).toBe(
        'users.json, line 2: the record that starts here is longer than 200 characters.',
      );
    },
  );

  test.each<[name: string, text: string, expected: string[], list: string]>([
    ['a usual key', '{"users":[{"a":1},{"a":2}],"total":2}', ['1 {"a":1}', '1 {"a":2}'], 'users'],
    ['a usual key after others', '{"meta":[{"x":1}],"n":[1],\n"Items":[{"a":1}]}', ['2 {"a":1}'], 'Items'],
    [
      'any key, if the records have an id',
      '{"meta":[{"x":1}],"crowd":[{"user_id":"u"}]}',
      ['1 {"user_id":"u"}'],
      'crowd',
    ],
    [
      'a key within another',
      '{"n":1,"response":{"users":[{"a":1}],"n":2},"m":{}}',
      ['1 {"a":1}'],
      'response.users',
    ],
    ['a key within data', '{"data":{"users":[{"a":1}]}}', ['1 {"a":1}'], 'data.users'],
  ])('with a list of records is read, with a warning: %s', async (_, text, expected, list) => {
    for (const chunks of [[], [1], [9]]) {
      const { short, late, error } = await json(text, { chunks });
      expect(error).toBeUndefined();
      expect(short).toEqual(expected);
      expect(late).toEqual([
        `users.json: the records in "${list}" were read; what surrounds them was ignored.`,
      ]);
    }
  });

  test('with a list of records is read before it is complete', async () => {
    const records = Array.from({ length: 20_000 }, (_, at) => `{"email":"${at}@example.com"}`);
    const { short, error } = await json(`{"users":[${records.join(',')},{"email"`);
    expect(short).toHaveLength(20_000);
    expect(error?.message).toBe(
      'users.json, line 1: the record that starts here is not closed: a bracket or a quote is missing.',
    );
  });

  test('beyond the limit of a record names its list and how to use it', async () => {
    const { error } = await json(`{"crowd":[${'{"a":1},'.repeat(1000)}`, { limits: { recordLength: 1000 } });
    expect(error?.message).toBe(
      'users.json, line 1: the record that starts here is longer than 1000 characters.',
    );
    expect(error?.hint).toBe(`If the list "crowd" contains the records, extract them: ${extractCrowd}`);
  });

  test.each([
    ['a user_id after its list', '{"items":[{"a":1}],"user_id":"u"}'],
    ['a field of a user after its list', '{"items":[{"a":1}],"email":"a@example.com"}'],
    ['a user_id before its list', '{"user_id":"u","users":[{"user_id":"v"}]}'],
    ['an id of another name', '{"customerId":"u","items":[{"a":1}]}'],
    ['an empty list', '{"tags":[]}'],
    ['an empty list under a usual key', '{"name":"Ada","users":[]}'],
    ['a list of values', '{"users":["a","b"]}'],
  ])('is a record with %s', async (_, text) => {
    const { records } = await json(text);
    expect(records.map(({ raw }) => raw)).toEqual([text]);
  });

  test('with a list under an unusual key is a record, and a warning says how to use the list', async () => {
    const { records, late } = await json('{"crowd":[{"a":1},{"a":2}]}');
    expect(records).toHaveLength(1);
    expect(late).toEqual([
      `users.json: an object with the list "crowd" was read as one record. If the list "crowd" contains the records, extract them: ${extractCrowd}`,
    ]);
  });

  test.each([
    [
      'an incomplete wrapper',
      '{"users":[{"a":1}]',
      'the object around "users" is not closed: its last } is missing',
    ],
    [
      'a broken wrapper',
      '{"r":1,"result":{"users":[{"a":1}],},"x":1}',
      'the object around "result.users" is not valid JSON: expected no comma before a closing bracket, at ",},\\"x\\":1}"',
    ],
  ])('around a list has to be valid: %s', async (_, text, message) => {
    const { short, error } = await json(text);
    expect(short).toEqual(['1 {"a":1}']);
    expect(error?.message).toBe(`users.json, line 1: ${message}.`);
  });

  test('the raw text of an element is as in the file', async () => {
    const { records } = await json('[ {"a" : 1.0} , "x" ]');
    expect(records.map(({ raw }) => raw)).toEqual(['{"a" : 1.0}', '"x"']);
  });
});

describe('NDJSON', () => {
  test.each([
    ['LF', '\n'],
    ['CR', '\r'],
    ['CRLF', '\r\n'],
  ])('has lines after a long one in its last pieces, with %s', async (_, lineEnd) => {
    const long = 'x'.repeat(100_000);
    for (const chunks of [[4096], [65_536], [1000, 70_000]]) {
      const text = [`{"a":"${long}"}`, '{"a":2}', '{"a":3}'].join(lineEnd);
      for (const end of ['', lineEnd]) {
        const { short } = await ndjson(`${text}${end}`, { chunks });
        expect(short).toEqual([`1 {"a":"${long}"}`, '2 {"a":2}', '3 {"a":3}']);
      }
    }
  });

  test.each<[name: string, text: string, expected: string[]]>([
    ['lines', '{"a":1}\n{"a":2}\n', ['1 {"a":1}', '2 {"a":2}']],
    ['CRLF and blank lines', '\r\n{"a":1}\r\n \t\r\n\n{"a":2}', ['2 {"a":1}', '5 {"a":2}']],
    ['a byte order mark', '\ufeff{"a":1}\n{"a":2}\n', ['1 {"a":1}', '2 {"a":2}']],
    ['byte order marks in the middle', '{"a":1}\n\ufeff{"a":2}\n', ['1 {"a":1}', '2 {"a":2}']],
    ['lines that CR ends', '{"a":1}\r{"a":2}\r\r{"a":3}', ['1 {"a":1}', '2 {"a":2}', '4 {"a":3}']],
    [
      'line ends of all kinds',
      '{"a":1}\r\n{"a":2}\r{"a":3}\n\r{"a":4}\r',
      ['1 {"a":1}', '2 {"a":2}', '3 {"a":3}', '5 {"a":4}'],
    ],
    ['record separators', '\x1e{"a":1}\n\x1e{"a":2}\n', ['1 {"a":1}', '2 {"a":2}']],
    [
      'line separators of Unicode, which are not line ends',
      '{"a":"x\u2028y\u0085"}\n',
      ['1 {"a":"x\u2028y\u0085"}'],
    ],
    ['values that are no objects', '{}\n1\n"x"\nnull\n', ['1 {}', '2 1', '3 "x"', '4 null']],
    [
      'a line that is not JSON',
      '{"a":1}\n{"a":}\n{"a":3}\n',
      [
        '1 {"a":1}',
        '2 faulty: not valid JSON: expected a JSON value; "}" at character 6 of the record',
        '3 {"a":3}',
      ],
    ],
    [
      'a first line that is not JSON',
      '{"a":1\n{"a":2}\n',
      [
        '1 faulty: not valid JSON: expected a comma or }; the end, at character 7 of the record',
        '2 {"a":2}',
      ].map((s) => s.replace('expected a comma or }', 'expected the rest of a JSON record')),
    ],
    [
      'two objects in one line',
      '{"a":1}{"a":2}\n{"a":3}',
      [
        '1 faulty: expected one JSON object per line; "{\\"a\\":2}" at character 8 of the record',
        '2 {"a":3}',
      ],
    ],
    [
      'an array in a line',
      '{"a":1}\n[{"a":2}]\n',
      ['1 {"a":1}', '2 faulty: expected one JSON object per line; an array'],
    ],
  ])('%s', async (_, text, expected) => {
    for (const chunks of [[], [1], [5]]) {
      const { short, error } = await ndjson(text, { chunks });
      expect(error).toBeUndefined();
      expect(short).toEqual(expected);
    }
  });

  test('with commas between the objects says to remove them', async () => {
    const { records } = await ndjson('{"a":1},\n{"a":2}, \n{"a":3}{"a":4}\n');
    expect(records.map((record) => record.kind === 'faulty' && record.hint)).toEqual([
      'Remove the comma after the object.',
      'Remove the comma after the object.',
      'Put each object on its own line, or use --format json.',
    ]);
  });

  test('that is incomplete in its last line ends there, after the records before', async () => {
    const { short, error } = await ndjson('{"a":1}\n{"a":2,"b":"x');
    expect(short).toEqual(['1 {"a":1}']);
    expect(error).toBeInstanceOf(InputError);
    expect(error?.message).toBe('users.ndjson, line 2: the file ends in the middle of this record.');
  });

  test('with a last line that is invalid, not incomplete, is read to its end', async () => {
    expect((await ndjson('{"a":1}\n{"a":,"b"')).short[1]).toContain('2 faulty');
  });

  test('that is nested too deeply affects only its line', async () => {
    const { records } = await ndjson(`{"a":1}\n{"a":${'['.repeat(1000)}${']'.repeat(1000)}}\n`);
    expect(records.map(({ kind }) => kind)).toEqual(['json', 'faulty']);
  });

  test('beyond the limit of a record ends the reading', async () => {
    const limits = { recordLength: 100 };
    const { short, error } = await ndjson(`{"a":1}\n{"a":"${'x'.repeat(200)}"}\n`, { limits, chunks: [32] });
    expect(short).toEqual(['1 {"a":1}']);
    expect(error?.message).toBe('users.ndjson, line 2: the line is longer than 100 characters.');
  });
});

describe.each([
  ['an array', (record: string) => `[${record}]`, 'users.json'],
  ['NDJSON', (record: string) => `${record}\n{}\n`, 'users.ndjson'],
])('what JSON.parse would lose in %s', (_, write, path) => {
  test.each<[record: string, lossy: string[] | undefined]>([
    ['{"a":1,"b":{"a":1}}', undefined],
    ['{"a":1,"a":2}', ['duplicate key "a"']],
    ['{"a" :1,"a"\t: 2,"x":"\\":"}', ['duplicate key "a"']],
    ['{"a":"\\":\\":","b":"c:d"}', undefined],
    ['{"o":{"k":[{"x":1,"x":2}]}}', ['duplicate key "o.k[0].x"']],
    ['{"\\u0061":1,"a":2}', ['duplicate key "a"']],
    ['{"big":12345678901234567890}', ['number 12345678901234567890 in big']],
    ['{"c":{"l":[1,9007199254740993]}}', ['number 9007199254740993 in c.l[1]']],
    ['{"exact":9007199254740992,"text":"12345678901234567890","float":1.5e300}', undefined],
    ['{"__proto__":1,"__proto__":2}', ['duplicate key "__proto__"']],
  ])('%s: %j', async (record, lossy) => {
    const { records } = await json(write(record), { path });
    expect(records[0]).toMatchObject({ kind: 'json', raw: record });
    expect((records[0] as { lossy?: unknown }).lossy).toEqual(lossy);
  });

  test('is reported once per kind for a line of megabytes, with a shortened path', async () => {
    const key = 'k'.repeat(1_000_000);
    const numbers = Array.from({ length: 4000 }, (_, n) => 12345678901234567000n + BigInt(2 * n + 1)).join(
      ',',
    );
    const twice = '"a":1,'.repeat(4000);
    const { records } = await json(write(`{"${key}":[${numbers}],${twice}"b":{${twice}"c":1}}`), { path });
    const { lossy } = records[0] as { lossy?: unknown };
    expect(lossy).toEqual(['duplicate key "a"', `number 12345678901234567001 in ${'k'.repeat(200)}`]);
  });

  test('a key __proto__ is data', async () => {
    const { records } = await json(write('{"__proto__":{"admin":true}}'), { path });
    const { value } = records[0] as { value: object };
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect((value as { admin?: unknown }).admin).toBeUndefined();
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});
