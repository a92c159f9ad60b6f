import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/upload/batching/batch.ts';
import { Dispatcher } from '../../../src/upload/batching/dispatcher.ts';
import { batchOf, gate, item } from '../items.ts';

async function* sequence(batches: readonly Batch[], pulled?: { count: number }): AsyncGenerator<Batch> {
  for (const batch of batches) {
    if (pulled) pulled.count++;
    yield batch;
  }
}

/** Dispatches all batches of a source, as the pipeline does. */
async function dispatch(
  batches: AsyncIterable<Batch>,
  send: (batch: Batch) => Promise<void>,
  maxBatches: () => number,
): Promise<void> {
  const dispatcher = new Dispatcher({ send, maxBatches, maxBytes: Number.POSITIVE_INFINITY });
  try {
    for await (const batch of batches) await dispatcher.add(batch);
  } finally {
    await dispatcher.finish();
  }
}

const idsOf = ({ items }: Batch) => items.map(({ record }) => record.id);

describe('dispatch', () => {
  it('never has one id in flight twice, lets the last record win, and respects the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 3 }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 6 }),
        async (scheduler, lists, window) => {
          let position = 0;
          const batches = lists.map((ids) => batchOf(...ids.map((id) => item(`u${id}`, position++))));
          const flying = new Set<string>();
          const last = new Map<string, number>();
          let working = 0;
          const done = dispatch(
            sequence(batches),
            async (batch) => {
              expect(++working).toBeLessThanOrEqual(window);
              for (const id of idsOf(batch)) {
                expect(flying.has(id)).toBe(false);
                flying.add(id);
              }
              await scheduler.schedule(Promise.resolve());
              for (const { record, position: at } of batch.items) {
                flying.delete(record.id);
                last.set(record.id, at);
              }
              working--;
            },
            () => window,
          );
          await scheduler.waitFor(done);
          const model = new Map(
            batches.flatMap(({ items }) => items.map((one) => [one.record.id, one.position])),
          );
          expect(last).toEqual(model);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes no further batch while the limit is reached', async () => {
    const pulled = { count: 0 };
    const gates = [gate(), gate(), gate()];
    const batches = ['a', 'b', 'c'].map((id, n) => batchOf(item(id, n)));
    const done = dispatch(
      sequence(batches, pulled),
      ({ items }) => gates[items[0]!.position]!.promise,
      () => 2,
    );
    await new Promise(setImmediate);
    expect(pulled.count).toBe(2);
    gates[1]!.open();
    await new Promise(setImmediate);
    expect(pulled.count).toBe(3);
    gates[0]!.open();
    gates[2]!.open();
    await done;
  });

  it('throws the first failure after all started batches have finished, and starts no other', async () => {
    const begun: number[] = [];
    const [first, slow] = [gate(), gate()];
    let over = false;
    const batches = ['a', 'b', 'a', 'c'].map((id, n) => batchOf(item(id, n)));
    const done = dispatch(
      sequence(batches),
      async ({ items }) => {
        const { position } = items[0]!;
        begun.push(position);
        if (position === 0) await first.promise;
        await slow.promise;
        throw new Error('second');
      },
      () => 3,
    ).finally(() => {
      over = true;
    });
    const failed = expect(done).rejects.toThrow('first');
    await new Promise(setImmediate);
    first.fail(new Error('first'));
    await new Promise(setImmediate);
    expect(over).toBe(false);
    slow.open();
    await failed;
    expect(begun).toEqual([0, 1]);
  });

  it('sends the batches before an error of the source', async () => {
    const worked: number[] = [];
    async function* broken() {
      yield batchOf(item('a', 0));
      throw new Error('unreadable');
    }
    const done = dispatch(
      broken(),
      async ({ items }) => void worked.push(items[0]!.position),
      () => 4,
    );
    await expect(done).rejects.toThrow('unreadable');
    expect(worked).toEqual([0]);
  });

  it('closes the source of the batches when it stops early', async () => {
    let left = false;
    async function* endless() {
      try {
        for (let n = 0; ; n++) yield batchOf(item(`u${n}`, n));
      } finally {
        left = true;
      }
    }
    await expect(
      dispatch(
        endless(),
        () => Promise.reject(new Error('no')),
        () => 1,
      ),
    ).rejects.toThrow('no');
    expect(left).toBe(true);
  });
});
