import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { pad, truncate, widthOf, wrap } from '../../../src/report/text/width.ts';

const text = fc
  .array(fc.constantFrom('a', 'é', '日', '👩‍👩‍👧', 'e\u0301', ' ', 'Z'), { maxLength: 30 })
  .map((all) => all.join(''));

describe('text in columns', () => {
  it('is shortened to fit for any characters, and unchanged if it fits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 40 }), (whole, width) => {
        const short = truncate(whole, width);
        expect(widthOf(short)).toBeLessThanOrEqual(width);
        if (widthOf(whole) <= width) expect(short).toBe(whole);
        else if (width > 0) expect(short.endsWith('…')).toBe(true);
      }),
    );
  });

  it('is measured as a terminal shows it; colors have no width', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(widthOf(`\u001b[1m${one}\u001b[22m`)).toBe(stringWidth(one));
      }),
    );
  });

  it('is padded to the width, counting wide characters as two', () => {
    expect(pad('日本', 6)).toBe('日本  ');
    expect(pad('日本', 3)).toBe('日本');
  });

  it('is wrapped between words, without losing any', () => {
    const lines = fc.array(fc.tuple(fc.nat(6), text).map(([indent, words]) => ' '.repeat(indent) + words));
    fc.assert(
      fc.property(lines, fc.integer({ min: 10, max: 60 }), (all, width) => {
        const whole = all.join('\n');
        const words = (one: string) => one.split(/\s+/).filter((word) => word !== '');
        expect(words(wrap(whole, width))).toEqual(words(whole));
        for (const line of wrap(whole, width).split('\n')) {
          const fitting = widthOf(line) <= width || words(line).length <= 1;
          expect(fitting, JSON.stringify([line, width])).toBe(true);
        }
      }),
    );
  });

  it('is indented after a break, also when it has colors', () => {
    const line = '\u001b[2m    one two three\u001b[22m';
    expect(stripVTControlCharacters(wrap(line, 13))).toBe('    one two\n   three');
    expect(wrap(line, undefined)).toBe(line);
  });
});
