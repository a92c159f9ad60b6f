import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserRecord } from '../../../src/records/record.ts';
import { type Batch, Batcher, BodyLimit } from '../../../src/upload/batching/batch.ts';
import { BufferPool } from '../../../src/upload/batching/batch-text.ts';
import type { Item } from '../../../src/upload/item.ts';
import { item } from '../items.ts';

/** Shared by all runs, so that each body overwrites another. */
const pool = new BufferPool();

const envelope = '{"data":[]}'.length;

function collect(items: readonly Item[], limits: { records: number; bytes: number }): Batch[] {
  const limit = new BodyLimit(limits.bytes);
  const batcher = new Batcher({ maxRecords: limits.records, limit, sendLast: () => false, pool });
  return [...items.map((one) => batcher.add(one)), batcher.flush()].filter((batch) => batch !== undefined);
}

function bodyOf({ items }: Batch): string {
  return `{"data":[${items.map(({ record }) => record.json).join(',')}]}`;
}

/** As read from an input whose text differs from what is sent. */
function withRaw({ record, position }: Item, raw: string | null): Item {
  return { record: { ...record, source: { ...record.source, raw: raw ?? record.json } }, position };
}

function plain({ id, json, bytes, source: { kind, file, line, raw } }: UserRecord) {
  return { id, json, bytes, source: { kind, file, line, raw } };
}

describe('batching', () => {
  it('keeps the order, the limits and the last record of each id in a batch, and loses nothing', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ id: fc.nat(12), size: fc.nat(200), raw: fc.option(fc.string({ unit: 'grapheme' })) }),
          { maxLength: 60 },
        ),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 211, max: 600 }),
        (given, records, bytes) => {
          const items = given.map(({ id, size, raw }, position) =>
            withRaw(item(`u${id}`, position, size), raw),
          );
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
            expect(batch.text?.body.toString()).toBe(bodyOf(batch));
            expect(batch.text?.body.length).toBe(batch.bytes);
            for (const { record, position } of [...batch.items, ...batch.superseded]) {
              expect(plain(record)).toEqual(plain(items[position]!.record));
            }
            batch.text?.release();
            expect(() => batch.items[0]!.record.json).toThrow('after its batch had finished');
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

  it('keeps no more superseded records than it sends, by count and bytes, even for one repeated id', () => {
    const items = Array.from({ length: 1000 }, (_, n) => item('same', n, 100));
    for (const batch of collect(items, { records: 10, bytes: 1 << 20 }))
      expect(batch.superseded.length).toBeLessThanOrEqual(10);
    for (const batch of collect(items, { records: 1000, bytes: 1000 }))
      expect(batch.superseded.length).toBeLessThanOrEqual(11);
  });

  it('fills a batch exactly to the limit, and never beyond', () => {
    const items = [item('a', 0, 100), item('b', 1, 100)];
    const exact = envelope + 201;
    expect(collect(items, { records: 9, bytes: exact })).toHaveLength(1);
    expect(collect(items, { records: 9, bytes: exact - 1 })).toHaveLength(2);
  });

  it('reuses the space of a superseded record', () => {
    const items = [item('a', 0, 100), item('a', 1, 100), item('a', 2, 90)];
    const [only, ...others] = collect(items, { records: 9, bytes: envelope + 100 });
    expect(others).toEqual([]);
    expect(only?.superseded.map(({ position }) => position)).toEqual([0, 1]);
  });

  it('respects a limit that is lowered during the run', () => {
    const limit = new BodyLimit(1000);
    const batcher = new Batcher({ maxRecords: 9, limit, sendLast: () => false });
    expect(batcher.add(item('a', 0, 100))).toBeUndefined();
    limit.lowerTo(150);
    expect(batcher.add(item('b', 1, 100))?.items).toHaveLength(1);
  });
});
