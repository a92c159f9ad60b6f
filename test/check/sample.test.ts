import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInShare, RecordSample } from '../../src/check/sample.ts';
import type { UserRecord } from '../../src/records/record.ts';

const record = (id: string, json = '{}') => ({ kind: 'user', id, json, bytes: 2 }) as unknown as UserRecord;

function sampleOf(records: readonly UserRecord[], count: number, seed: number): UserRecord[] {
  const sample = new RecordSample(count, seed);
  for (const one of records) sample.add(one);
  return [...sample.chunks()].flat();
}

describe('a sample of users', () => {
  it('contains the last record of each user, and depends on the seed but not on the order', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 3000 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 50 }), fc.nat(1000), (list, count, seed) => {
        const records = list.map((n, place) => record(`u${n}`, `${place}`));
        const last = new Map(records.map((one) => [one.id, one]));
        const sample = sampleOf(records, count, seed);
        expect(sample).toHaveLength(Math.min(count, last.size));
        for (const one of sample) expect(one).toBe(last.get(one.id));
        const reversed = sampleOf([...last.values()].reverse(), count, seed);
        expect(new Set(reversed)).toEqual(new Set(sample));
      }),
      { numRuns: 30 },
    );
  });

  it('differs for each seed, and selects all users with the same probability', () => {
    const records = Array.from({ length: 200 }, (_, n) => record(`u${n}`));
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 200; seed++) {
      for (const { id } of sampleOf(records, 20, seed)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    // 20 on average, with a standard deviation of 4.2.
    expect(Math.min(...records.map(({ id }) => counts.get(id) ?? 0))).toBeGreaterThan(4);
    expect(Math.max(...counts.values())).toBeLessThan(41);
  });

  it('given as a percentage contains about that percentage of the users', () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => `u${n}`);
    const chosen = ids.filter((id) => isInShare(id, 0.1, 7)).length;
    expect(chosen).toBeGreaterThan(850);
    expect(chosen).toBeLessThan(1150);
    expect(ids.every((id) => isInShare(id, 1, 7))).toBe(true);
  });
});
