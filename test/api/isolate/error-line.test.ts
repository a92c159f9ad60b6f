import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseErrorLine } from '../../../src/api/isolate/error-line.ts';

describe('an error line', () => {
  it.each([
    ['data.3 is invalid. R', { index: 3, path: '', reason: 'R' }],
    ['data.0.user_id is invalid. R', { index: 0, path: 'user_id', reason: 'R' }],
    ['data.12.age (x y) is invalid. R', { index: 12, path: 'age', value: 'x y', reason: 'R' }],
    [
      'data.1.custom_attributes.a b (1) is invalid.',
      { index: 1, path: 'custom_attributes.a b', value: '1', reason: 'is invalid' },
    ],
    ['data.1.a.b is invalid. two\nlines', { index: 1, path: 'a.b', reason: 'two\nlines' }],
  ])('%j names its record', (line, target) => {
    expect(parseErrorLine(line)).toEqual(target);
  });

  it.each([
    '',
    'data.x is invalid. R',
    'xdata.1 is invalid. R',
    'data.1 is odd',
    'the whole call is invalid. R',
  ])('%j names none', (line) => {
    expect(parseErrorLine(line)).toBeUndefined();
  });

  it.each([
    ['data.1.a (b) is invalid. (c) is invalid. R', 'a', 'b) is invalid. (c', 'R'],
    ['data.1.a (b is invalid. R) is invalid.  S', 'a', 'b is invalid. R', 'S'],
    ['data.1.a  (b)  is  invalid. R', 'a', 'b', 'R'],
    ['data.1.a(b) is invalid. R', 'a(b)', undefined, 'R'],
    ['data.1 (b) is invalid. R', '', 'b', 'R'],
    ['data.1.a is invalid. R (b) is invalid. S', 'a', undefined, 'R (b) is invalid. S'],
  ])('%j keeps the words of its value', (line, path, value, reason) => {
    expect(parseErrorLine(line)).toEqual({
      index: 1,
      path,
      reason,
      ...(value === undefined ? {} : { value }),
    });
  });

  it('is parsed as a single pattern would parse it, for any content', () => {
    const piece = fc.constantFrom(
      'data.',
      '1',
      '.',
      'a',
      ' ',
      '(',
      ')',
      ' is ',
      'is',
      ' invalid.',
      ' (',
      ') is invalid.',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.boolean(), (pieces, begins) => {
        const line = `${begins ? 'data.0' : ''}${pieces.join('')}`;
        expect(parseErrorLine(line)).toEqual(byOnePattern(line));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['spaces', ' '],
    ['opened brackets', ' ('],
    ['closed brackets', ') '],
    ['closed and opened brackets', ' () '],
    ['verdicts', ' is '],
    ['ends', ') is invalid. ('],
  ])('of a megabyte of %s is read at once', (_, piece) => {
    const long = piece.repeat(1_000_000 / piece.length);
    expect(parseErrorLine(`data.3.a${long}`)?.index ?? 3).toBe(3);
    expect(parseErrorLine(`data.3.a${long} is invalid. R`)?.index).toBe(3);
  });
});

/** The form as a single pattern: correct, but far too slow for a long line. */
function byOnePattern(line: string) {
  const match = /^\s*data\.(\d+)(?:\.(.+?))?(?:\s+\((.*)\))?\s+is\s+invalid\.\s*(.*)$/s.exec(line);
  if (!match) return undefined;
  const [, index, path, value, reason] = match;
  return {
    index: Number(index),
    path: path ?? '',
    reason: reason || 'is invalid',
    ...(value === undefined ? {} : { value }),
  };
}
