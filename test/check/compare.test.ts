import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differingFields } from '../../src/check/compare.ts';

const expected = {
  user_id: 'u1',
  name: 'Ann',
  age: 34,
  created_at: '2024-01-02',
  custom_attributes: { plan: 'pro', score: 1, tags: ['a', 'b'], visits: [{ at: 'x', n: null }] },
};

const withAttributes = (changes: object) => ({
  ...expected,
  custom_attributes: { ...expected.custom_attributes, ...changes },
});

describe('a record of a file and what Miso returned', () => {
  it.each<[string, Record<string, unknown>]>([
    ['as it is', expected],
    ['in another order', Object.fromEntries(Object.entries(expected).reverse())],
    ['with keys that upload would refuse', { ...expected, birth_year: 1990, _id: 7 }],
    ['with null for what is absent', { ...withAttributes({ old: null }), city: null }],
    ['with a date in another form', { ...expected, created_at: '2024-01-02T00:00:00.000Z' }],
    ['with a date in another time zone', { ...expected, created_at: '2024-01-02T01:00:00+01:00' }],
    ['with a year of birth instead of the age', { ...expected, age: undefined, birth_year: 1990 }],
    ['without a null in an object of a list', withAttributes({ visits: [{ at: 'x' }] })],
  ])('are the same: %s', (_, stored) => expect(differingFields(expected, stored)).toEqual([]));

  it.each<[string[], Record<string, unknown>]>([
    [['name'], { ...expected, name: 'ann' }],
    [['age'], { ...expected, age: 35 }],
    [['city'], { ...expected, city: 'Oslo' }],
    [['created_at'], { ...expected, created_at: '2024-01-03' }],
    [['created_at'], { ...expected, created_at: null }],
    [['custom_attributes.plan'], withAttributes({ plan: 'Pro' })],
    [['custom_attributes.tags'], withAttributes({ tags: ['b', 'a'] })],
    [['custom_attributes.score'], withAttributes({ score: '1' })],
    [['custom_attributes.new'], withAttributes({ new: false })],
    [['name', 'custom_attributes.score'], { ...withAttributes({ score: 2 }), name: undefined }],
  ])('differ in %j', (fields, stored) => expect(differingFields(expected, stored)).toEqual(fields));

  it('are the same if attributes are empty or absent', () => {
    expect(differingFields({ user_id: 'a' }, { user_id: 'a', custom_attributes: {} })).toEqual([]);
    expect(differingFields({ user_id: 'a', custom_attributes: { x: null } }, { user_id: 'a' })).toEqual([]);
  });

  it('differ in the same fields in both directions', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
    const record = fc.record(
      { name: fc.string(), city: fc.string(), custom_attributes: fc.dictionary(fc.string(), value) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(record, record, (one, other) => {
        expect(differingFields(one, one)).toEqual([]);
        expect(differingFields(one, other).sort()).toEqual(differingFields(other, one).sort());
      }),
    );
  });
});
