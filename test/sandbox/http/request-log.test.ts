import { describe, expect, it } from 'vitest';
import { RequestLog } from '../../../src/sandbox/http/request-log.ts';

const entry = (call: number, ids: readonly string[]) => ({
  call,
  method: 'POST',
  path: '/v1/users',
  status: 200,
  records: ids.length,
  ids,
  applied: true,
});

describe('the request log', () => {
  it('is bounded by the memory that its ids take', () => {
    const log = new RequestLog(10_000);
    const ids = Array.from({ length: 1_000 }, (_, n) => `${n}`.padEnd(1_000, 'x'));
    for (let call = 1; call <= 100; call++) log.record(entry(call, ids));
    const characters = log.entries.flatMap((one) => one.ids).reduce((sum, id) => sum + id.length, 0);
    expect(2 * characters).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(log.entries.length).toBeGreaterThan(5);
    expect(log.entries.at(-1)?.call).toBe(100);
  });

  it('keeps the first ids of a very large call, and its count', () => {
    const log = new RequestLog(10);
    log.record(entry(1, ['a']));
    log.record(
      entry(
        2,
        Array.from({ length: 1_000_000 }, (_, n) => `u${n}`),
      ),
    );
    expect(log.entries.map(({ records }) => records)).toEqual([1, 1_000_000]);
    expect(log.entries[1]?.ids[0]).toBe('u0');
    expect(log.entries[1]?.ids.length).toBeLessThan(200_000);
  });
});
