import { describe, expect, test } from 'vitest';
import { InputError, UsageError } from '../../../src/errors.ts';
import { inShort, type ReadingOptions, reading } from '../reading.ts';

const csv = async (text: string, options: ReadingOptions = {}) => {
  const result = await reading(text, { path: 'users.csv', ...options });
  return { ...result, short: result.records.map(inShort) };
};

describe('rows', () => {
  test.each<[name: string, text: string, expected: string[]]>([
    ['LF', 'a,b\n1,2\n3,4\n', ['2 1|2', '3 3|4']],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', ['2 1|2', '3 3|4']],
    ['CR', 'a,b\r1,2\r3,4\r', ['2 1|2', '3 3|4']],
    ['mixed line ends', 'a,b\r\n1,2\n3,4\r5,6', ['2 1|2', '3 3|4', '4 5|6']],
    ['no final line end', 'a,b\n1,2', ['2 1|2']],
    ['blank lines, which count as lines', '\n\na,b\n\n1,2\r\n\r\n3,4\n\n', ['5 1|2', '7 3|4']],
    ['header only', 'a,b\n', []],
    ['header only without a line end', 'a,b', []],
    ['empty cells', 'a,b\n,2\n1,\n', ['2 |2', '3 1|']],
    ['rows of only delimiters, which are blank', 'a,b\n1,2\n,\n,,,\n3,4\n', ['2 1|2', '5 3|4']],
    ['quoted delimiter', 'a,b\n"1,5",2\n', ['2 1,5|2']],
    ['doubled quotes', 'a,b\n"say ""hi""",""""\n', ['2 say "hi"|"']],
    [
      'doubled quotes between other quotes and none, in their order',
      'a,b\n"1",2\n"""3",4\n5,6\n"7",8\n9,""""\n10,11\n',
      ['2 1|2', '3 "3|4', '4 5|6', '5 7|8', '6 9|"', '7 10|11'],
    ],
    ['empty quotes', 'a,b\n"",""\n', ['2 |']],
    ['a quoted cell at the end of the file', 'a,b\n1,"2"', ['2 1|2']],
    [
      'quoted line breaks of each kind, counted',
      'a,b\n"1\n2\r\n3\r4",x\n5,6\n',
      ['2 1\n2\r\n3\r4|x', '6 5|6'],
    ],
    ['a quoted blank line', 'a,b\n"1\n\n2",x\n5,6\n', ['2 1\n\n2|x', '5 5|6']],
    ['NUL and control characters', 'a,b\n1\0\x07,\x1b[31m\n', ['2 1\0\x07|\x1b[31m']],
    ['white space kept', 'a,b\n 1 ,\t2\n', ['2  1 |\t2']],
    ['one column', 'id\n1\n2\n', ['2 1', '3 2']],
    ['white space in a table of one column', 'id\n1\n  \n', ['2 1', '3   ']],
    ['a quoted empty cell in one column', 'id\n""\n', ['2 ']],
  ])('%s', async (_, text, expected) => {
    const { short, error } = await csv(text);
    expect(error).toBeUndefined();
    expect(short).toEqual(expected);
  });

  test('the raw text of a row is as in the file, without its line end', async () => {
    const { records } = await csv('a,b\r\n"x\r\ny",2\r\n3\r\n');
    expect(records.map(({ raw }) => raw)).toEqual(['"x\r\ny",2', '3']);
  });
});

describe('a row that cannot be read affects no others', () => {
  const rule = 'unescaped quote';
  test.each<[name: string, text: string, expected: string[]]>([
    ['too few cells', 'a,b\n1\n2,3\n', ['2 faulty: expected 2 columns; 1', '3 2|3']],
    ['too many cells', 'a,b\n1,2,3\n4,5\n', ['2 faulty: expected 2 columns; 3', '3 4|5']],
    ['too many quoted cells', 'a,b\n"1",2,3\n4,5\n', ['2 faulty: expected 2 columns; 3', '3 4|5']],
    [
      'text after a closing quote',
      'a,b\n1,2\n"x"y,3\n4,5\n',
      ['2 1|2', `3 faulty: ${rule}; "y,3" after the closing quote, column 'a'`, '4 4|5'],
    ],
    [
      'a quote within a cell',
      'a,b\n"0",1\n1,5" pipe\n4,"5"\n',
      ['2 0|1', `3 faulty: ${rule}; a quote in a cell that does not start with one, column 'b'`, '4 4|5'],
    ],
    [
      'a stray quote before a quoted line break',
      'a,b\n5" pipe,"x\ny"\n4,5\n',
      [`2 faulty: ${rule}; a quote in a cell that does not start with one, column 'a'`, '4 4|5'],
    ],
    [
      'a stray quote before one that opens nothing',
      'a,b\nshe said "yes,"\n4,5\n6,"7"\n',
      [`2 faulty: ${rule}; a quote in a cell that does not start with one, column 'a'`, '3 4|5', '4 6|7'],
    ],
    [
      'a stray quote before one that opens nothing, and quotes in the rows after it',
      'a,b\nshe said "yes,"\n4,""\n"5",6\n',
      [`2 faulty: ${rule}; a quote in a cell that does not start with one, column 'a'`, '3 4|', '4 5|6'],
    ],
    [
      'a stray quote before one that is never closed',
      'a,b\n5",6\nshe said "yes,"\n4,5\n',
      [
        `2 faulty: ${rule}; a quote in a cell that does not start with one, column 'a'`,
        `3 faulty: ${rule}; a quote in a cell that does not start with one, column 'a'`,
        '4 4|5',
      ],
    ],
    [
      'a quote that closes in a later line',
      'a,b\n1,"x\n2,y\n3,"z"\n4,5\n',
      [
        "2 faulty: unclosed quote; a quote that is still open at the end of the line, column 'b'",
        '3 2|y',
        '4 3|z',
        '5 4|5',
      ],
    ],
  ])('%s', async (_, text, expected) => {
    const { short, error } = await csv(text);
    expect(error).toBeUndefined();
    expect(short).toEqual(expected);
  });

  test('a row with too few quoted cells does not affect its neighbors', async () => {
    const { short } = await csv('a,b\n"1","2"\n"3"\n"4","5"\n');
    expect(short).toEqual(['2 1|2', '3 faulty: expected 2 columns; 1', '4 4|5']);
  });
});

describe('a quote that is not closed', () => {
  const open = (column: string) =>
    `faulty: unclosed quote; a quote that is still open at the end of the line, column ${column}`;

  test.each<[name: string, text: string, expected: string[]]>([
    ['at the end of the file', 'a,b\n1,"x\n2,y\n3,z\n', [`2 ${open("'b'")}`, '3 2|y', '4 3|z']],
    [
      'before a cell with quotes',
      'a,b,c\n1,"x,y\n2,y,"z"\n3,"",w\n',
      [`2 ${open("'b'")}`, '3 2|y|z', '4 3||w'],
    ],
    [
      'before cells with doubled quotes and line breaks',
      'a,b,c\n1,x,"y\n2,"say ""hi""",z\n3,"p\nq",w\n4,v,u\n',
      [`2 ${open("'c'")}`, '3 2|say "hi"|z', '4 3|p\nq|w', '6 4|v|u'],
    ],
    [
      'in a table whose cells are all quoted',
      '"a","b"\n"1","x\n"2","y"\n"3","z"\n',
      [`2 ${open("'b'")}`, '3 2|y', '4 3|z'],
    ],
    ['in one column', 'id\n"1\n2\n3\n', [`2 ${open("'id'")}`, '3 2', '4 3']],
    [
      'in several rows',
      'a,b\n1,"x\n2,y\n3,"z\n4,w\n',
      [`2 ${open("'b'")}`, '3 2|y', `4 ${open("'b'")}`, '5 4|w'],
    ],
    [
      'after a cell with a line break',
      'id,name,bio\n1,a,b\n2,"x\ny","open\n3,c,d\n4,e,f\n',
      ['2 1|a|b', `3 ${open("'bio', on line 4")}`, '5 3|c|d', '6 4|e|f'],
    ],
    [
      'but by the quote of a later row, which is not closed either',
      'a,b\n1,"x\n2,y\n3,",z\n4,w\n',
      [`2 ${open("'b'")}`, '3 2|y', `4 ${open("'b'")}`, '5 4|w'],
    ],
  ])('affects only its row: %s', async (_, text, expected) => {
    for (const chunks of [[], [1], [7]]) {
      const { short, error } = await csv(text, { chunks });
      expect(error).toBeUndefined();
      expect(short).toEqual(expected);
    }
  });

  test('before many rows affects only its row', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => `${at},name ${at},x`);
    const text = ['id,name,city', ...rows].join('\n').replace('5005,name', '5005,"name');
    for (const end of ['\n', '\nlast,"quoted",x\n']) {
      const { records, error } = await csv(text + end);
      expect(error).toBeUndefined();
      expect(records.filter(({ kind }) => kind === 'faulty').map(({ line, raw }) => [line, raw])).toEqual([
        [5007, '5005,"name 5005,x'],
      ]);
      expect(records).toHaveLength(end === '\n' ? 30_000 : 30_001);
    }
  });

  test.each<[name: string, text: string]>([
    ['prose', 'a,b,c\n0,x,y\n1,"Dear Sir,\n\nI am writing, as you know\nto'],
    [
      'prose with the commas of a row',
      'a,b\nu-1,w\nu-2,w x\nu-3,w\n1,"Dear all,\nI came, I saw\nhe went, too\n',
    ],
    ['a part of a row', 'a,b\n0,x\n1,"Dear Sir,\nyes'],
  ])('is where the file ends if only %s follows', async (_, text) => {
    const { records, error } = await csv(text);
    expect(records.filter(({ raw }) => /[Ij]/.test(raw))).toEqual([]);
    expect(error).toBeInstanceOf(InputError);
    expect(error?.message).toMatch(/^users\.csv, line [35]: unclosed quote in column 'b'\.$/);
  });

  test('rejects its whole row if its lines are not rows', async () => {
    const { short, records } = await csv('a,b,c\n1,"one\ntwo, or so\nthree" x,y\n2,y,z\n');
    expect(short).toEqual([
      `2 faulty: unescaped quote; " x,y" after the closing quote, column 'b', on line 4`,
      '5 2|y|z',
    ]);
    expect(records[0]).toMatchObject({ joinedLines: 2 });
  });

  test('is reported as soon as the record would exceed its limit', async () => {
    const text = `a,b\n1,2\n3,"${'x\n'.repeat(100_000)}`;
    const { short, error, bytesRead } = await csv(text, { limits: { recordLength: 100 }, chunks: [50] });
    expect(short).toEqual(['2 1|2']);
    expect(error?.message).toContain("line 3: unclosed quote in column 'b'");
    expect(bytesRead).toBeLessThan(70_000);
  });
});

describe('a repeated header', () => {
  test.each([
    ['as it is', 'a,b\n1,2\na,b\n3,4\n', 'a,b\n'],
    ['quoted', 'a,b\n1,2\n"a","b"\n3,4\n', ''],
    ['after a byte order mark', 'a,b\n1,2\n\ufeffa,b\n3,4\n', ''],
    ['between rows with doubled quotes', 'a,b\n1,"2"""\na,b\n3,4\n', ''],
  ])('among the rows is skipped, with a warning: %s', async (_, text) => {
    const { short, late } = await csv(text);
    expect(short).toEqual([expect.stringMatching(/^2 1\|2/), '4 3|4']);
    expect(late[0]).toBe(
      'users.csv: the header is repeated among the rows; the repeated header was skipped.',
    );
  });

  test('in another case, or with white space, is skipped as well', async () => {
    expect((await csv('user_id,Name\n1,2\n User_ID,name \n3,4\n')).short).toEqual(['2 1|2', '4 3|4']);
  });

  test('of another order is an error, because the rows after it would be misread', async () => {
    const { short, error } = await csv('user_id,name\n1,2\nname,user_id\n3,4\n');
    expect(short).toEqual(['2 1|2']);
    expect(error?.message).toBe(
      'users.csv, line 3: the columns of the header are repeated in another order.',
    );
  });

  test('of another order is a row if its names are so short that they may be values', async () => {
    expect((await csv('a,b\nb,a\n')).short).toEqual(['2 b|a']);
  });
});

test('a byte order mark at the start of a row is ignored, with a warning', async () => {
  const { short, late } = await csv('a,b\n1,2\n\ufeff3,4\n\ufeff"5",6\n7\ufeff,8\n');
  expect(short).toEqual(['2 1|2', '3 3|4', '4 5|6', '5 7\ufeff|8']);
  expect(late).toEqual(['users.csv: 2 byte order marks at the start of lines were ignored.']);
});

describe('a delimiter at the end', () => {
  test.each<[name: string, text: string, expected: string[], warning: string]>([
    [
      'of each row',
      'a,b\n1,2,\n3,"4",\n',
      ['2 1|2', '3 3|4'],
      'users.csv: the header has 2 columns, but each row ends with an extra delimiter, which was ignored.',
    ],
    [
      'of the header',
      'a,b,\n1,2\n3,4,\n',
      ['2 1|2', '3 3|4'],
      'users.csv: the column without a name was ignored: 3.',
    ],
    [
      'of the header, several',
      'a,b,,,\n1,2\n3\n',
      ['2 1|2', '3 faulty: expected 2 columns; 1'],
      'users.csv: the columns without a name were ignored: 3, 4, 5.',
    ],
  ])('%s is ignored, with a warning', async (_, text, expected, warning) => {
    const { short, warnings } = await csv(text);
    expect(warnings).toEqual([warning]);
    expect(short).toEqual(expected);
  });

  test('of the first rows may be missing later, and may not hide a value', async () => {
    const { short } = await csv(`a,b\n${'1,2,\n'.repeat(150)}3,4\n5,6,x\n`);
    expect(short.slice(-2)).toEqual(['152 3|4', '153 faulty: column 3 has no name but is not empty; "x"']);
  });

  test('of some rows rejects those rows', async () => {
    expect((await csv('a,b\n1,2\n3,4,\n')).short).toEqual(['2 1|2', '3 faulty: expected 2 columns; 3']);
  });
});

test('a faulty row does not wait for a quote to close beyond the limit of a record', async () => {
  const text = `a,b\n1","x\n${'2,y\n'.repeat(100)}`;
  const { records, error } = await csv(text, { limits: { recordLength: 40 }, chunks: [10] });
  expect(error).toBeUndefined();
  expect(records.map(({ kind }) => kind)).toEqual(['faulty', ...Array(100).fill('row')]);
});

test.each([[[64]], [[]]])('a row beyond the limit ends the reading, in chunks of %j', async (chunks) => {
  const limits = { recordLength: 200 };
  const { short, error } = await csv(`a,b\n1,2\n${'x'.repeat(500)},1\n3,4\n`, { limits, chunks });
  expect(short).toEqual(['2 1|2']);
  expect(error?.message).toBe('users.csv, line 3: the row that starts here is longer than 200 characters.');
});

describe('the delimiter', () => {
  test.each([
    ['a,b\n1,2\n', ','],
    ['a;b\n1,5;2,5\n', ';'],
    ['a\tb\n1\t2\n', '\t'],
    ['a|b\n1|2\n', '|'],
    ['"a,x";b\n"1,2,3";2\n', ';'],
    ['a, x;b;c\n1;2;3\n', ';'],
    ['a,b;x\n1,2\n3,4;5\n', ','],
    ['id\n1;2\n', ','],
  ])('of %j is %j', async (text, delimiter) => {
    expect((await csv(text)).file?.table?.delimiter).toBe(delimiter);
  });

  test('has to be specified when two fit equally well', async () => {
    const { error } = await csv('a;b,c\n1;2,3\n');
    expect(error?.message).toBe('users.csv, line 1: the delimiter could be "," or ";".');
    expect(error?.hint).toContain('--delimiter');
  });

  test.each([
    ['^', 'a^b\n1^2\n'],
    ['\t', 'a\tb\n1\t2\n'],
  ])('can be specified: %s', async (delimiter, text) => {
    expect((await csv(text, { settings: { delimiter } })).short).toEqual(['2 1|2']);
  });

  test('of a .tsv is a tab, even if its cells contain other delimiters', async () => {
    const { file, short } = await csv('a,x\tb\n1,2\t3\n', { path: 'users.tsv' });
    expect(file).toMatchObject({ format: 'tsv', table: { columns: ['a,x', 'b'], delimiter: '\t' } });
    expect(short).toEqual(['2 1,2|3']);
  });

  test('is what Excel wrote in a line before the header', async () => {
    const { file, short } = await csv('sep=;\r\na;b\r\n1,5;2\r\n');
    expect(file?.table).toEqual({ columns: ['a', 'b'], raw: 'a;b', delimiter: ';' });
    expect(short).toEqual(['3 1,5|2']);
  });
});

describe('the header', () => {
  test('may be quoted and contain line breaks', async () => {
    const { file, short } = await csv('"a ""x""","b\r\nc"\r\n1,2\r\n');
    expect(file?.table).toEqual({ columns: ['a "x"', 'b\r\nc'], raw: '"a ""x""","b\r\nc"', delimiter: ',' });
    expect(short).toEqual(['3 1|2']);
  });

  test('loses its byte order mark, also before a quote', async () => {
    const { file } = await csv('\ufeff"id",name\n1,2\n');
    expect(file?.table?.columns).toEqual(['id', 'name']);
  });

  test('with padded names is trimmed, and a warning names them', async () => {
    const { file, warnings } = await csv('id, name ,age\n1,2,3\n');
    expect(file?.table).toMatchObject({ columns: ['id', 'name', 'age'], raw: 'id, name ,age' });
    expect(warnings).toEqual(['users.csv: white space around column names was removed: " name ".']);
  });

  test('with a name twice is refused with the positions', async () => {
    const { error } = await csv('id,name, id ,name\n1,2,3,4\n');
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toBe(
      "users.csv, line 1: duplicate column names in the header: 'id' (columns 1, 3); 'name' (columns 2, 4).",
    );
  });

  test('with an empty nameless column is read without it, with a warning', async () => {
    const { file, short, warnings } = await csv('id,,name,\n1,,a,\n"2",,b,\n');
    expect(file?.table?.columns).toEqual(['id', 'name']);
    expect(short).toEqual(['2 1|a', '3 2|b']);
    expect(warnings).toEqual(['users.csv: the columns without a name were ignored: 2, 4.']);
  });

  test('with a nameless column that is not empty is refused', async () => {
    const { error } = await csv(',id\n0,a\n');
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toBe('users.csv, line 1: column 1 has no name but is not empty.');
  });

  test('with a nameless column that is not empty later rejects that row', async () => {
    const { short } = await csv(`id,\n${'1,\n'.repeat(150)}2,x\n3,\n`);
    expect(short.slice(-2)).toEqual(['152 faulty: column 2 has no name but is not empty; "x"', '153 3']);
  });

  test.each([
    ['"a,b\n1,2\n', 'unclosed quote in the header'],
    ['"a"x,b\n1,2\n', 'unescaped quote in the header'],
    [' , \n1,2\n', 'the header has no column names'],
  ])('%j is refused', async (text, message) => {
    const { error } = await csv(text);
    expect(error).toBeInstanceOf(InputError);
    expect(error?.message).toBe(`users.csv, line 1: ${message}.`);
  });
});

test.each<[name: string, text: string, warning: string]>([
  [
    'single quotes',
    "id,name\n'1','Ada'\n'2','Bob'\n",
    'users.csv: the values are in single quotes, which are kept as part of them; CSV uses double quotes.',
  ],
  [
    'a title before the header',
    'Export of today\n\nid,name,age\n1,Ada,3\n',
    'users.csv: the first line has one column, but the rows have more. If it is a title, remove the lines before the header.',
  ],
])('%s: a warning says so', async (_, text, warning) => {
  expect((await csv(text)).warnings).toEqual([warning]);
});

test('Ctrl-Z at the end of the file is not a row', async () => {
  expect((await csv('a,b\r\n1,2\r\n\x1a')).short).toEqual(['2 1|2']);
});

test('a header may be longer than what is examined at first', async () => {
  const columns = Array.from({ length: 20_000 }, (_, at) => `column ${at}`);
  const text = `${columns.join(',')}\n${columns.map((_, at) => at).join(',')}\n`;
  for (const chunks of [[], [1000]]) {
    const { file, records, error } = await csv(text, { chunks });
    expect(error).toBeUndefined();
    expect(file?.table?.columns).toHaveLength(20_000);
    expect(records).toHaveLength(1);
  }
  const { error } = await csv(text, { limits: { recordLength: 100_000 }, chunks: [1000] });
  expect(error?.message).toBe('users.csv, line 1: the header is longer than 100000 characters.');
});

test.each(['', '\ufeff', '\n\r\n', '  \n'])(
  'an input of %j has no records, and a warning says so',
  async (text) => {
    const { records, warnings, error, file } = await csv(text);
    expect(error).toBeUndefined();
    expect(records).toEqual([]);
    expect(warnings).toEqual(['users.csv is empty: it contains no records.']);
    expect(file).not.toHaveProperty('table');
  },
);
