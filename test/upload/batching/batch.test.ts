import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, Batcher, BodyLimit } from '../../../src/upload/batching/batch.ts';
import { BodyPool } from '../../../src/upload/batching/body-pool.ts';
import type { Item } from '../../../src/upload/item.ts';
import { item } from '../items.ts';

/** Shared by all runs, so that each body overwrites another. */
const bodies = new BodyPool();

const envelope = '{"data":[]}'.length;

function collect(items: readonly Item[], limits: { records: number; bytes: number }): Batch[] {
  const batcher = new Batcher(limits.records, new BodyLimit(limits.bytes));
  return [...items.map((one) => batcher.add(one)), batcher.flush()].filter((batch) => batch !== undefined);
}

function bodyOf({ items }: Batch): string {
  return `{"data":[${items.map(({ record }) => record.json).join(',')}]}`;
}

describe('batching', () => {
  it('keeps order, limits, and the last of each id in a batch, and loses nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.nat(12), size: fc.nat(200) }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 211, max: 600 }),
        (given, records, bytes) => {
          const items = given.map(({ id, size }, position) => item(`u${id}`, position, size));
          const batches = collect(items, { records, bytes });

          const positions = batches.flatMap((batch) =>
            [...batch.items, ...batch.superseded].map(({ position }) => position).sort((a, b) => a - b),
          );
          expect(positions).toEqual(items.map(({ position }) => position));
          for (const batch of batches) {
            const ids = batch.items.map(({ record }) => record.id);
            expect(new Set(ids).size).toBe(ids.length);
            expect(ids.length).toBeGreaterThan(0);
            expect(ids.length).toBeLessThanOrEqual(records);
            const body = bodies.encode(batch.items);
            expect(body.toString()).toBe(bodyOf(batch));
            expect(batch.bytes).toBe(body.length);
            bodies.release(body);
            expect(batch.bytes).toBeLessThanOrEqual(bytes);
            expect(batch.items.map(({ position }) => position)).toEqual(
              batch.items.map(({ position }) => position).sort((a, b) => a - b),
            );
            for (const earlier of batch.superseded) {
              const later = batch.items.find(({ record }) => record.id === earlier.record.id);
              expect(later?.position).toBeGreaterThan(earlier.position);
            }
          }
        },
      ),
    );
  });

  it('holds no more replaced records than it sends, by count and bytes, even of one id over and over', () => {
    const items = Array.from({ length: 1000 }, (_, n) => item('same', n, 100));
    for (const batch of collect(items, { records: 10, bytes: 1 << 20 }))
      expect(batch.superseded.length).toBeLessThanOrEqual(10);
    for (const batch of collect(items, { records: 1000, bytes: 1000 }))
      expect(batch.superseded.length).toBeLessThanOrEqual(11);
  });

  it('fills a batch to the very byte, and never beyond', () => {
    const items = [item('a', 0, 100), item('b', 1, 100)];
    const exact = envelope + 201;
    expect(collect(items, { records: 9, bytes: exact })).toHaveLength(1);
    expect(collect(items, { records: 9, bytes: exact - 1 })).toHaveLength(2);
  });

  it('gives a later record the room of the one that it replaces', () => {
    const items = [item('a', 0, 100), item('a', 1, 100), item('a', 2, 90)];
    const [only, ...others] = collect(items, { records: 9, bytes: envelope + 100 });
    expect(others).toEqual([]);
    expect(only?.superseded.map(({ position }) => position)).toEqual([0, 1]);
  });

  it('keeps to a limit that is lowered on the way', () => {
    const limit = new BodyLimit(1000);
    const batcher = new Batcher(9, limit);
    expect(batcher.add(item('a', 0, 100))).toBeUndefined();
    limit.lowerTo(150);
    expect(batcher.add(item('b', 1, 100))?.items).toHaveLength(1);
  });
});
