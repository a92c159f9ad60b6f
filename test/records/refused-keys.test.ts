import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefusedKeys, separateRefused } from '../../src/records/refused-keys.ts';
import { mapJson } from './given.ts';

describe('a record that Miso returned', () => {
  it('is returned unchanged if upload accepts all of its keys', () => {
    const record = { user_id: 'u1', age: 7, created_at: '2024-02-29', custom_attributes: { plan: null } };
    expect(separateRefused(record)).toEqual({ record, refused: [] });
    expect(separateRefused(record).record).toBe(record);
  });

  it('has the keys that upload would refuse moved to one key, in the same structure', () => {
    const record = {
      user_id: 'u1',
      birth_year: 1980,
      city: null,
      created_at: '2024-02-29T10:00:00',
      name: 'n',
      custom_attributes: { plan: 'pro', nested: { a: { b: 1 } } },
    };
    expect(separateRefused(record)).toEqual({
      record: {
        user_id: 'u1',
        name: 'n',
        custom_attributes: { plan: 'pro' },
        _miso: {
          birth_year: 1980,
          city: null,
          created_at: '2024-02-29T10:00:00',
          custom_attributes: { nested: { a: { b: 1 } } },
        },
      },
      refused: ['birth_year', 'city', 'created_at', 'custom_attributes.nested'],
    });
  });

  it('can be uploaded without loss, whatever keys Miso adds', () => {
    const key = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        'name',
        'age',
        'city',
        'created_at',
        'custom_attributes',
        '_miso',
        '__proto__',
        '_errors',
      ),
    );
    const value = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), fc.constant('\ud800'));
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 6 }), (rest) => {
        const given = { ...rest, user_id: 'u1' };
        const { record } = separateRefused(given);
        expect(mapJson(record)).toMatchObject({ kind: 'user', id: 'u1' });
        const { _miso, ...accepted } = record;
        const apart = (_miso ?? {}) as Record<string, unknown>;
        for (const [name, value] of Object.entries(given)) {
          const held = Object.hasOwn(accepted, name) ? accepted[name] : apart[name];
          if (name === 'custom_attributes' && Object.hasOwn(accepted, name))
            expect({ ...(held as object), ...(apart[name] as object) }).toEqual(value);
          else expect(held).toEqual(value);
        }
      }),
    );
  });
});

describe('the count of refused keys', () => {
  it('lists each key with its number of records', () => {
    const keys = new RefusedKeys();
    expect(keys.warning).toBeUndefined();
    for (const record of [{ a: 1 }, { a: 1, b: 2 }, { name: 'n' }])
      keys.separate({ user_id: 'u', ...record });
    expect(keys.counts).toEqual({ a: 2, b: 1 });
    expect(keys.warning).toBe(
      'Upload would refuse a (2 records) and b (1 record); they are under the key _miso, which upload ignores.',
    );
  });

  it('stays short for any number of keys', () => {
    const keys = new RefusedKeys();
    for (let n = 0; n < 500; n++) keys.separate({ user_id: 'u', [`k${n}`]: 1 });
    expect(Object.keys(keys.counts)).toHaveLength(101);
    expect(keys.counts['other keys']).toBe(400);
    expect(keys.warning).toMatch(/ and 91 more; /);
  });
});
