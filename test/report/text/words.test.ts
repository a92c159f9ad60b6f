import { describe, expect, it } from 'vitest';
import { bytes, count, counted, duration, joined, stamp } from '../../../src/report/text/words.ts';

describe('numbers in words', () => {
  it.each([
    [0, '0.0 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [59_700, '1 min 0 s'],
    [3_599_600, '1 h 0 min'],
    [7_500_000, '2 h 5 min'],
  ])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [9_960, '10 kB'],
    [999_600, '1.0 MB'],
    [34_000_000, '34 MB'],
  ])('%i bytes are %s', (n, text) => expect(bytes(n)).toBe(text));

  it('counts one as one and all else as many', () => {
    expect([
      count(1234567),
      counted(1, 'record'),
      counted(0, 'record'),
      counted(2, 'retry', 'retries'),
    ]).toEqual(['1,234,567', '1 record', '0 records', '2 retries']);
  });

  it('joins what is there', () => expect(joined(['a', '', 'b'])).toBe('a, b'));

  it('stamps whole seconds in UTC', () => expect(stamp(1_000_000_000_999)).toBe('2001-09-09T01:46:40Z'));
});
