import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../../src/sandbox/faults/fault-plan.ts';
import { WorkerPool } from '../../../src/sandbox/load/worker-pool.ts';
import { start, upload } from '../start.ts';

/** Work that a test finishes. */
function controlled() {
  const started: number[] = [];
  const finish = new Map<number, () => void>();
  return {
    started,
    end: async (n: number) => {
      finish.get(n)?.();
      await new Promise(setImmediate);
    },
    work: (n: number) => () => {
      started.push(n);
      return new Promise<number>((resolve) => finish.set(n, () => resolve(n)));
    },
  };
}

describe('a pool of workers', () => {
  it('works on one call per worker, and on the others in their order', async () => {
    const { started, end, work } = controlled();
    const pool = new WorkerPool(() => 2);
    const all = [1, 2, 3, 4].map((n) => pool.run(work(n)));
    expect(started).toEqual([1, 2]);
    await end(2);
    expect(started).toEqual([1, 2, 3]);
    await end(1);
    await end(3);
    await end(4);
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
  });

  it('refuses calls when its queue is full', async () => {
    const { started, end, work } = controlled();
    const pool = new WorkerPool(() => 1, 1);
    const first = pool.run(work(1));
    const second = pool.run(work(2));
    expect(await pool.run(work(3))).toBeUndefined();
    await end(1);
    await end(2);
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(started).toEqual([1, 2]);
  });

  it('is available again after work that fails', async () => {
    const pool = new WorkerPool(() => 1);
    await expect(pool.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await pool.run(async () => 1)).toBe(1);
  });

  it('follows the number of workers as it changes', async () => {
    const { started, end, work } = controlled();
    let workers = 2;
    const pool = new WorkerPool(() => workers);
    for (const n of [1, 2, 3, 4, 5]) void pool.run(work(n));
    workers = 1;
    await end(1);
    expect(started).toEqual([1, 2]);
    workers = 3;
    await end(2);
    expect(started).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a sandbox with workers', () => {
  it('takes longer for more records, and answers with 503 when all workers are busy', async () => {
    const waits: number[] = [];
    let release = () => {};
    const sandbox = await start({
      faults: parseFaultPlan({ workers: { count: 1, ms: 5, msPerRecord: 0.5, queue: 0 } }),
      sleep: (ms) => {
        waits.push(ms);
        return new Promise((resolve) => {
          release = resolve;
        });
      },
    });
    const first = upload(sandbox, [{ user_id: 'a' }, { user_id: 'b' }]);
    await expect.poll(() => waits).toEqual([6]);
    const second = await upload(sandbox, [{ user_id: 'c' }]);
    expect([second.status, second.text]).toEqual([503, expect.stringMatching(/^<html>/)]);
    expect(sandbox.users.size).toBe(0); // takes effect at the end of its service time
    release();
    expect((await first).status).toBe(200);
    expect(sandbox.users.ids()).toEqual(['a', 'b']);
    expect(sandbox.stats.overloaded).toBe(1);
  });
});
