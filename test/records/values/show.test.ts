import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { show } from '../../../src/records/values/show.ts';
import { escapeInvisible } from '../../../src/text.ts';

describe('a value in a message', () => {
  it.each<[unknown, string]>([
    ['x', '"x"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['a\nb\u0007', '"a\\nb\\u0007"'],
    ['\u202edcba', '"\\u202edcba"'],
    ['\u001b[31m', '"\\u001b[31m"'],
    [5, '5'],
    [true, 'true'],
    [null, 'null'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [[1, 'a', null], '[1,"a",null]'],
    [{ a: { b: 1 } }, '{"a":{"b":1}}'],
    [[], '[]'],
  ])('%j is %s', (value, shown) => {
    expect(show(value)).toBe(shown);
  });

  it('is cut between characters, however long', () => {
    expect(show('\u{1f600}'.repeat(1000))).toBe(`"${'\u{1f600}'.repeat(39)}…"`);
    expect(show(Array.from({ length: 1_000_000 }, () => 1))).toBe('[1,1,1,1,1,…]');
    expect(Array.from(show({ a: 'x'.repeat(100), b: 'y'.repeat(100) }))).toHaveLength(40);
  });

  it('never contains a character that a terminal could interpret', () => {
    const texts = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(texts, fc.jsonValue(), fc.array(texts)), (value) => {
        const shown = show(value);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\p{Surrogate}]/u);
        expect(Array.from(show(value)).length).toBeLessThanOrEqual(300);
      }),
    );
    expect(escapeInvisible('a\tb')).toBe('a\\tb');
  });
});
