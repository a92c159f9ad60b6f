import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedPaths, mergeUser, parseUser, textAt, userJson } from '../../src/update/user-text.ts';

const value = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const attributes = fc.dictionary(fc.constantFrom('plan', 'score', '__proto__', 'a b'), value);
const user = fc
  .record({
    fields: fc.dictionary(fc.constantFrom('name', 'age', 'city', 'state'), value),
    attributes: fc.option(attributes, { nil: undefined }),
  })
  .map(({ fields, attributes: custom_attributes }) => ({
    user_id: 'u1',
    ...fields,
    ...(custom_attributes === undefined ? {} : { custom_attributes }),
  }));

type Plain = Record<string, unknown>;

function merged(base: Plain, patch: Plain, clear: readonly string[] = []): Plain {
  const texts = [base, patch].map((one) => parseUser(JSON.stringify(one)));
  return JSON.parse(userJson(mergeUser(texts[0]!, texts[1]!, clear))) as Plain;
}

/** The same in another way. */
function expected(base: Plain, patch: Plain): Plain {
  const apply = (to: Plain, from: Plain) => {
    const entries = new Map(Object.entries(to));
    for (const [key, given] of Object.entries(from))
      if (given === null) entries.delete(key);
      else entries.set(key, given);
    return Object.fromEntries(entries);
  };
  const { custom_attributes: a, ...fields } = base as { custom_attributes?: Plain };
  const { custom_attributes: b, ...given } = patch as { custom_attributes?: Plain };
  const inner = apply(a ?? {}, b ?? {});
  const hasAny = a !== undefined || Object.keys(inner).length > 0;
  return { ...apply(fields, given), ...(hasAny ? { custom_attributes: inner } : {}) };
}

describe('a user merged with a record', () => {
  it('has the values of the record, for each attribute, and keeps all others', () => {
    fc.assert(
      fc.property(user, user, (base, patch) => {
        expect(merged(base, patch)).toEqual(expected(base, patch));
      }),
    );
  });

  it('does not change if the record contains no new values', () => {
    fc.assert(
      fc.property(user, (base) => {
        const text = parseUser(JSON.stringify(base, null, 2));
        expect(changedPaths(text, mergeUser(text, parseUser(JSON.stringify({ user_id: 'u1' }))))).toEqual([]);
        expect(JSON.parse(userJson(text))).toEqual(base);
      }),
    );
  });

  it('loses all attributes by null, and any path by --clear unless the record sets it', () => {
    const base = { user_id: 'u1', city: 'Rome', state: 's', custom_attributes: { plan: 'pro', score: 1 } };
    expect(merged(base, { user_id: 'u1', custom_attributes: null })).toEqual({
      user_id: 'u1',
      city: 'Rome',
      state: 's',
    });
    const clear = ['city', 'state', 'name', 'custom_attributes.plan', 'custom_attributes.none'];
    expect(merged(base, { user_id: 'u1', state: 't' }, clear)).toEqual({
      user_id: 'u1',
      state: 't',
      custom_attributes: { score: 1 },
    });
    expect(merged(base, { user_id: 'u1', custom_attributes: { a: 1 } }, ['custom_attributes'])).toEqual({
      user_id: 'u1',
      city: 'Rome',
      state: 's',
      custom_attributes: { a: 1 },
    });
  });

  it('preserves all digits of numbers, and detects a change in the last one', () => {
    const base = parseUser('{"user_id":"u1","custom_attributes":{"big":12345678901234567890,"rate":1.10}}');
    const patched = (attributes: string) =>
      mergeUser(base, parseUser(`{"user_id":"u1","custom_attributes":${attributes}}`));
    expect(userJson(patched('{"x":1}'))).toBe(
      '{"user_id":"u1","custom_attributes":{"big":12345678901234567890,"rate":1.10,"x":1}}',
    );
    expect(changedPaths(base, patched('{"big":12345678901234567891}'))).toEqual(['custom_attributes.big']);
    expect(changedPaths(base, patched('{ "rate": 1.1, "big": 12345678901234567890 }'))).toEqual([]);
  });

  it('lists the paths that changed', () => {
    const [one, other] = [
      parseUser('{"user_id":"u1","city":"Rome","age":7,"custom_attributes":{"a":{"x":1,"y":2},"b":1}}'),
      parseUser('{"user_id":"u1","name":"n","age":7,"custom_attributes":{"a":{"y":2,"x":1},"c":1}}'),
    ];
    expect(changedPaths(one, other)).toEqual(['city', 'name', 'custom_attributes.b', 'custom_attributes.c']);
    expect(textAt(one, 'city')).toBe('"Rome"');
    expect(textAt(one, 'custom_attributes.b')).toBe('1');
    expect(textAt(one, 'custom_attributes.c')).toBeUndefined();
    const empty = parseUser('{"user_id":"u1","custom_attributes":{}}');
    expect(changedPaths(empty, parseUser('{"user_id":"u1"}'))).toEqual(['custom_attributes']);
  });
});
