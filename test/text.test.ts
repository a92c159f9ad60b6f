import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closest,
  csvCell,
  distance,
  escapeControls,
  escapeInvisible,
  escapeJson,
  escapeLines,
  formatBytes,
  formatCount,
  formatDuration,
  joinParts,
  labeled,
  listOf,
  pluralize,
  quoteForWindows,
  quoteText,
  shellLine,
  timestamp,
} from '../src/text.ts';
import { isWindows } from './platform.ts';

describe('escaping', () => {
  const anything = fc.string({
    unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  });
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

  it('leaves nothing that a terminal could interpret', () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const escaped of [escapeControls(text), escapeInvisible(text), quoteText(text, 100)])
          expect(escaped).not.toMatch(unsafe);
        expect(escapeLines(text).replaceAll('\n', '')).not.toMatch(unsafe);
      }),
    );
  });

  it('leaves JSON that parses to the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(anything, anything), fc.constantFrom(0, 2), (value, indent) => {
        const text = escapeJson(JSON.stringify(value, null, indent));
        expect(text.replaceAll('\n', '')).not.toMatch(unsafe);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps letters of every script, and the joiners inside a character, in data but not in names', () => {
    const text = 'é Ω 名 👩\u200d💻';
    expect(escapeControls(text)).toBe(text);
    expect(escapeInvisible('user_id\u200b')).toBe('user_id\\u200b');
    expect(escapeControls('a\tb\n\u009b2J\u202e')).toBe('a\\tb\\n\\u009b2J\\u202e');
  });
});

describe('quoteText', () => {
  it('cuts between characters', () => {
    expect(quoteText('😀'.repeat(50))).toBe(`"${'😀'.repeat(39)}…"`);
    expect(quoteText('say "hi"\\')).toBe('"say \\"hi\\"\\\\"');
  });
});

describe('csvCell', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['a;b', '"a;b"'],
    ['say "hi"', '"say ""hi"""'],
    [' padded', '" padded"'],
    ['two\nlines', '"two\nlines"'],
    ['\ufeffbom', '"\ufeffbom"'],
  ])('%j is written as %s', (text, cell) => expect(csvCell(text)).toBe(cell));

  it('quotes the delimiter of its file', () => expect(csvCell('a:b', ':')).toBe('"a:b"'));
});

describe.skipIf(isWindows)('shellLine', () => {
  it('writes words that bash reads back as they were', () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 12 })
      .map((text) => text.replaceAll('\0', '').toWellFormed());
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
        const line = shellLine(words);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        const env = { LC_ALL: 'C.UTF-8' };
        const read = execFileSync('/bin/bash', ['--norc', '-c', `printf '%s\\0' ${line}`], {
          encoding: 'utf8',
          env,
        });
        expect(read.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves plain words plain', () => {
    expect(shellLine(['miso', 'users', './a-b.csv', 'Customer Id', "it's", "$it's", 'a\u202eb'])).toBe(
      `miso users ./a-b.csv "Customer Id" "it's" '$it'\\''s' $'a\\xe2\\x80\\xaeb'`,
    );
  });
});

it.each([
  ['C:\\my data\\users.csv', '"C:\\my data\\users.csv"'],
  ['C:\\my data\\', '"C:\\my data\\\\"'],
  ['a "b" c\\"', '"a \\"b\\" c\\\\\\""'],
])('%s is quoted for Windows as %s', (text, quoted) => expect(quoteForWindows(text)).toBe(quoted));

describe('numbers in words', () => {
  it.each([
    [0, '0.0 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [59_700, '1 min 0 s'],
    [3_599_600, '1 h 0 min'],
    [7_500_000, '2 h 5 min'],
  ])('%i ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [9_960, '10 kB'],
    [999_600, '1.0 MB'],
    [34_000_000, '34 MB'],
  ])('%i bytes are %s', (n, text) => expect(formatBytes(n)).toBe(text));

  it('counts one as one and all else as many', () => {
    expect([
      formatCount(1234567),
      pluralize(1, 'record'),
      pluralize(0, 'record'),
      pluralize(2, 'retry', 'retries'),
    ]).toEqual(['1,234,567', '1 record', '0 records', '2 retries']);
  });

  it('groups digits as English does', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.maxSafeNat(),
          fc.nat(20_000).map((n) => n / 10),
        ),
        (n) => {
          expect(formatCount(n)).toBe(n.toLocaleString('en'));
        },
      ),
    );
  });

  it('joins parts that are not empty', () => expect(joinParts(['a', '', 'b'])).toBe('a, b'));

  it('stamps whole seconds in UTC', () => expect(timestamp(1_000_000_000_999)).toBe('2001-09-09T01:46:40Z'));
});

describe('labeled', () => {
  it.each([
    ['age', 'expected an integer', 'age: expected an integer'],
    ['', 'not valid JSON', 'not valid JSON'],
    ['user_id', 'user_id is missing', 'user_id is missing'],
  ])('%j and %j: %s', (label, text, whole) => expect(labeled(label, text)).toBe(whole));
});

describe('listOf', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ])('%j is "%s"', (words, text) => expect(listOf(words)).toBe(text));
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

/** The definition, without the table. */
function reference(from: string, to: string): number {
  if (from === '' || to === '') return from.length + to.length;
  const [one, other] = [from.slice(1), to.slice(1)];
  const ways = [
    reference(one, to) + 1,
    reference(from, other) + 1,
    reference(one, other) + (from[0] === to[0] ? 0 : 1),
  ];
  if (from.length > 1 && to.length > 1 && from[0] === to[1] && from[1] === to[0]) {
    ways.push(reference(from.slice(2), to.slice(2)) + 1);
  }
  return Math.min(...ways);
}

describe('distance', () => {
  it('counts letters added, dropped, replaced and swapped', () => {
    fc.assert(
      fc.property(word, word, (from, to) => {
        expect(distance(from, to)).toBe(reference(from, to));
      }),
      { numRuns: 60 },
    );
  });
});

describe('closest', () => {
  it.each([
    ['retrys', 'retries'],
    ['RETRIES', 'retries'],
    ['api-key', 'apiKey'],
    ['apikeyfile', 'apiKeyFile'],
    ['sevrer', 'server'],
    ['zzz', undefined],
  ])('%s: %s', (typed, meant) => {
    expect(closest(typed, ['apiKey', 'apiKeyFile', 'server', 'retries'])).toBe(meant);
  });
});
