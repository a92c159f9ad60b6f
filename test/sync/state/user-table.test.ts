import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserTable, userFlag } from '../../../src/sync/state/user-table.ts';

const word = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.nat(2 ** 32 - 1), fc.constant(2 ** 32 - 1));
const fingerprint = fc.record({ high: word, low: word });

it('behaves like a map, even if many users share the start of their fingerprint', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fingerprint, fingerprint), { maxLength: 400 }), (users) => {
      const table = new UserTable();
      const map = new Map<string, { readonly high: number; readonly low: number }>();
      for (const [id, record] of users) {
        const slot = table.insert(id);
        table.setRecord(slot, record);
        table.set(slot, userFlag.stored);
        map.set(JSON.stringify(id), record);
      }
      expect(table.size).toBe(map.size);
      for (const [id, record] of map) expect(table.record(table.find(JSON.parse(id))!)).toEqual(record);
      expect([...table.slots()].map((slot) => JSON.stringify(table.id(slot))).sort()).toEqual(
        [...map.keys()].sort(),
      );
    }),
  );
});

it('does not find users that were never added', () => {
  const table = new UserTable();
  table.insert({ high: 1, low: 1 });
  expect(table.find({ high: 1, low: 2 })).toBeUndefined();
});

it('stores flags and their counts, and since when a user has been missing', () => {
  const table = new UserTable();
  const [a, b] = [table.insert({ high: 1, low: 0 }), table.insert({ high: 2, low: 0 })];
  table.set(a, userFlag.stored | userFlag.remote);
  table.set(b, userFlag.remote);
  table.setGoneSince(b, 1_700_000_000);
  expect(table.count(userFlag.remote)).toBe(2);
  expect(table.count(userFlag.remote, userFlag.stored)).toBe(1);
  table.clear(a, userFlag.remote);
  expect(table.has(a, userFlag.remote)).toBe(false);
  expect(table.has(a, userFlag.stored)).toBe(true);
  expect([table.goneSince(a), table.goneSince(b)]).toEqual([0, 1_700_000_000]);
  expect(table.insert({ high: 1, low: 0 })).toBe(a);
});
