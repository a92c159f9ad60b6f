import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/api/retry/backoff.ts';

describe('the wait before the next attempt', () => {
  it('doubles up to half a minute', () => {
    expect([1, 2, 3, 7, 8, 9, 50].map((failures) => backoffMs(failures, 1))).toEqual([
      250, 500, 1000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('is a random share of that', () => {
    expect(backoffMs(3, 0)).toBe(0);
    expect(backoffMs(3, 0.25)).toBe(250);
  });
});
