import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../../src/config/sources/json-text.ts';

describe('scanJson', () => {
  it('accepts what JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, '\t'), (source, indent) => {
        const text = JSON.stringify(JSON.parse(source), null, indent);
        expect(scanJson(text)).toMatchObject({ errorAt: undefined });
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '01',
      '-',
      'true',
      'nul',
      '"\\x"',
      ' ',
      '1.',
      "'a'",
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const text = tokens.join('');
        const valid = parses(text);
        expect(scanJson(text).errorAt === undefined).toBe(valid);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', 0],
    ['{"a": }', 6],
    ['{"a" 1}', 5],
    ['[1, 2', 5],
    ['[1,]', 3],
    ['{"a": "x\ny"}', 6],
    ['1 2', 2],
  ])('finds the syntax error in %j', (text, at) => {
    expect(scanJson(text).errorAt).toBe(at);
  });

  it('finds duplicate keys in one object, also in another spelling', () => {
    expect(scanJson('{"a":{"b":1,"\\u0062":2},"b":3}').duplicates).toEqual([{ path: ['a', 'b'], at: 12 }]);
  });

  it('refuses very deep nesting, instead of overflowing the stack', () => {
    expect(scanJson('['.repeat(100_000)).errorAt).toBeGreaterThan(0);
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
