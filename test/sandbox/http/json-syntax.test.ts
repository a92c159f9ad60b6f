import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonSyntaxError } from '../../../src/sandbox/http/json-syntax.ts';

describe('the position of a syntax error in JSON', () => {
  it.each<[string, number, string]>([
    ['', 0, 'Expecting value: line 1 column 1 (char 0)'],
    ['{"data": [1,]}', 12, 'Expecting value: line 1 column 13 (char 12)'],
    ['{"a" 1}', 5, "Expecting ':' delimiter: line 1 column 6 (char 5)"],
    ['{"a": 1 "b": 2}', 8, "Expecting ',' delimiter: line 1 column 9 (char 8)"],
    ['{a: 1}', 1, 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"a": 1,}', 8, 'Expecting property name enclosed in double quotes: line 1 column 9 (char 8)'],
    ['{}\n{}', 3, 'Extra data: line 2 column 1 (char 3)'],
    ['{"a": "b', 6, 'Unterminated string starting at: line 1 column 7 (char 6)'],
    ['["\t"]', 2, 'Invalid control character at: line 1 column 3 (char 2)'],
    ['["\\x"]', 2, 'Invalid \\escape: line 1 column 3 (char 2)'],
    ['["🦊",\n ?]', 7, 'Expecting value: line 2 column 2 (char 7)'],
    ['\ufeff{}', 0, 'Expecting value: line 1 column 1 (char 0)'],
    ['[NaN]', 1, 'Expecting value: line 1 column 2 (char 1)'],
  ])('%j', (text, position, message) => {
    expect(findJsonSyntaxError(text)).toEqual({ position, message });
  });

  it('is found whenever JSON.parse fails, and only then', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.constantFrom('', '"', ',', '{', '}', '[', ']', ':', '\\', '0', '-', 'e', '\n'),
      )
      .map(([text, at, cut, put]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + cut);
      });
    fc.assert(
      fc.property(damaged, (text) => (findJsonSyntaxError(text) === undefined) === parses(text)),
      { numRuns: 2000 },
    );
  });

  it('is found in a text nested a million deep', () => {
    expect(findJsonSyntaxError('['.repeat(1_000_000))?.position).toBe(1_000_000);
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
