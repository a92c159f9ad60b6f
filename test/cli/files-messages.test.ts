import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Files, freshFolder, run, writeAll } from './run.ts';

const table = 'user_id,name\nu-1,Zoë\nu-2,"two\nlines"\n';

/** Bytes that are the same each time and look random. */
const noise = Buffer.from(
  Array.from({ length: 3000 }, (_, n) => (Math.imul(n + 7, 0x9e3779b1) >>> 13) & 0xff),
);

describe('a message', () => {
  const withId = (rest: string) => `user_id,${rest}`;

  it.each<[name: string, files: Files, args: readonly string[], code: number, messages: readonly string[]]>([
    [
      'a workbook',
      { 'u.csv': 'PK\x03\x04\x14\0\x06\0[Content_Types].xml' },
      [],
      5,
      ['u.csv is an Excel workbook (.xlsx), not a table or JSON.', 'save it as "CSV UTF-8"'],
    ],
    ['a PDF', { 'u.csv': '%PDF-1.7\n' }, [], 5, ['u.csv is a PDF', 'Export the users as']],
    [
      'a login page',
      { 'u.json': '<!DOCTYPE html><html>' },
      [],
      5,
      ['u.json is an HTML page', 'login or an error page'],
    ],
    ['binary data', { 'u.csv': noise }, [], 5, ['u.csv contains binary data, not text.']],
    [
      'an encoding that was not named',
      { 'u.csv': Buffer.from(withId('name\nu-1,Z\nu-2,Zo\xeb caf\xe9 d\xe9j\xe0 vu\n'), 'latin1') },
      [],
      5,
      ['error: u.csv, line 3 (byte 25): the bytes are not UTF-8.', '--encoding'],
    ],
    [
      'an incomplete archive',
      { 'u.csv.gz': gzipSync(table).subarray(0, -9) },
      [],
      5,
      ['u.csv.gz: the gzip data ends too early'],
    ],
    [
      'a quote that never closes',
      { 'u.csv': 'user_id,name\nu-1,a\nu-2,"b\nno row\n' },
      [],
      5,
      ["error: u.csv, line 3: unclosed quote in column 'name'."],
    ],
    [
      'a quote that is not closed before the next rows',
      { 'u.csv': 'user_id,name\nu-1,a\nu-2,"b\nu-3,c\n' },
      [],
      1,
      ['unclosed quote', "u.csv:3: found a quote that is still open at the end of the line, column 'name'"],
    ],
    [
      'ragged and misquoted rows',
      { 'u.csv': 'user_id,name\nu-1\nu-2,5" pipe\nu-3,c\n' },
      [],
      1,
      ['expected 2 columns', 'u.csv:2', 'unescaped quote', 'u.csv:3', '1 of 3 records valid'],
    ],
    [
      'duplicate names',
      { 'u.csv': withId('name,name\n') },
      [],
      2,
      ["line 1: duplicate column names in the header: 'name' (columns 2, 3)."],
    ],
    [
      'names that are padded',
      { 'u.csv': withId(' name\nu,x\n') },
      [],
      0,
      ['warning: u.csv: white space around column names was removed: " name".'],
    ],
    [
      'a header without user_id',
      { 'u.csv': 'Customer Id,email,plan\n' },
      [],
      2,
      [
        'u.csv has no column user_id. Its columns are: Customer Id, email, plan.',
        '--id "Customer Id", --id email',
      ],
    ],
    [
      'a delimiter that could be either',
      { 'u.csv': 'user_id,a;b\n1,2;3\n' },
      [],
      5,
      ['u.csv, line 1: the delimiter could be "," or ";".', '--delimiter'],
    ],
    [
      'a TSV without tabs',
      { 'u.tsv': 'user_id,name\nu,x\n' },
      [],
      2,
      ['its header has no tab: if cells are separated by ",", use --delimiter ","'],
    ],
    [
      'the same file twice',
      { 'u.csv': table },
      ['./u.csv'],
      0,
      ['warning: ./u.csv is the same file as u.csv; it is read once.', '2 of 2 records valid'],
    ],
    [
      'a date of unknown order',
      { 'u.csv': withId('created_at\nu-1,01/02/2024\n') },
      [],
      1,
      ['created_at: ambiguous day and month', 'u.csv:2 u-1: found "01/02/2024"', 'year-month-day'],
    ],
    [
      'a time without a zone',
      { 'u.csv': withId('created_at\nu-1,2024-01-02 10:00\n') },
      [],
      1,
      ['expected a date-time with its time zone', '--assume-utc'],
    ],
    [
      'an attribute of two types',
      {
        'u.ndjson':
          '{"user_id":"a","custom_attributes":{"n":1}}\n{"user_id":"b","custom_attributes":{"n":"1"}}\n',
      },
      [],
      1,
      ['custom_attributes.n: expected a number, as in u.ndjson line 1', 'u.ndjson:2 b: found "1"'],
    ],
    [
      'ids that are numbers',
      { 'u.ndjson': '{"user_id":7}\n' },
      [],
      1,
      ['user_id: expected a string', '--coerce'],
    ],
    [
      'ids that look damaged',
      { 'u.csv': 'user_id,name\n00042,a\n123,b\n1.23E+15,c\n" a",d\nAb,e\naB,f\n' },
      [],
      0,
      [
        'scientific notation: a spreadsheet may have removed digits (u.csv, line 4: "1.23E+15")',
        'leading or trailing space, kept as part of the id (u.csv, line 5: " a")',
        'differ from an earlier one only in case or Unicode form (u.csv, line 7: "aB")',
        'with fewer than the usual 5 digits: leading zeros may be lost (u.csv, line 3: "123")',
      ],
    ],
    [
      'digits that are lost',
      { 'u.ndjson': '{"user_id":"a","custom_attributes":{"n":9007199254740993}}\n' },
      [],
      0,
      ['whole numbers beyond 9007199254740991', '(u.ndjson, line 1: "a")'],
    ],
    [
      'keys that are nearly a field',
      { 'u.ndjson': '{"user_id":"a"}\n{"user_id":"b","Created At":"x"}\n' },
      [],
      0,
      ['key "Created At" is not mapped to created_at; use --map "Created At=created_at" (u.ndjson, line 2)'],
    ],
    [
      'control characters, escaped',
      { 'u.csv': withId('age\nu-1,\x1b[31mred\n') },
      [],
      1,
      ['found "\\u001b[31mred"'],
    ],
    ['an empty file', { 'u.csv': '' }, [], 1, ['warning: u.csv is empty: it contains no records.']],
  ])('of %s', async (_, files, more, code, messages) => {
    const cwd = await freshFolder();
    await writeAll(cwd, files);
    const result = await run(['users', 'validate', ...Object.keys(files), ...more], { cwd });
    const said = result.stderr + result.stdout;
    for (const text of messages) expect(said).toContain(text);
    expect(result.code, said).toBe(code);
    // Each location is named once.
    expect(said).not.toMatch(/(u\.\w+(?:, line \d+)?): \1/);
  });
});
