import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDuplicateKeys, memberTexts } from '../../src/contract/json-text.ts';

describe('memberTexts', () => {
  it('keeps numbers as they are written', () => {
    const text = ' { "a" : 1.0 ,"b":-0,"c":12345678901234567890, "d":[1e5 , {"}":"]"}] } ';
    expect(Object.fromEntries(memberTexts(text))).toEqual({
      a: '1.0',
      b: '-0',
      c: '12345678901234567890',
      d: '[1e5 , {"}":"]"}]',
    });
  });

  it('decodes keys, and keeps the last of duplicate ones', () => {
    expect([...memberTexts('{"\\u0061":1,"a":2,"__proto__":3,"\\"":"\\\\"}')]).toEqual([
      ['a', '2'],
      ['__proto__', '3'],
      ['"', '"\\\\"'],
    ]);
    expect([...memberTexts('{}'), ...memberTexts(' {\n} ')]).toEqual([]);
  });

  it('finds the text of every value of any object', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.nat(3),
        (object, indent) => {
          const texts = memberTexts(JSON.stringify(object, null, indent));
          const parsed = [...texts].map(([key, text]) => [key, JSON.parse(text)]);
          expect(parsed).toEqual(Object.entries(JSON.parse(JSON.stringify(object))));
        },
      ),
    );
  });
});

describe('hasDuplicateKeys', () => {
  it.each([
    ['{"a":1,"a":2}', true],
    ['{"a":{"b":1,"\\u0062":2}}', true],
    ['[{"a":1},{"a":2}]', false],
    ['{"a":":","b":"{\\"a\\":1}"}', false],
    ['"a:b"', false],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, false],
  ])('%.40s: %s', (text, expected) => {
    expect(hasDuplicateKeys(text, JSON.parse(text))).toBe(expected);
  });
});
