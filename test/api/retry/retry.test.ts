import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseRetryAfter, retryDelay } from '../../../src/api/retry/retry.ts';

const now = Date.parse('2024-03-01T12:00:00Z');
const day = 24 * 60 * 60 * 1000;

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    [' 1.5 ', 1500],
    ['0', 0],
    ['120', 120_000],
    ['Fri, 01 Mar 2024 12:02:00 GMT', 120_000],
    ['Friday, 01-Mar-24 12:00:30 GMT', 30_000],
    ['Fri Mar  1 12:00:05 2024', 5000],
    ['Fri, 01 Mar 2024 11:00:00 GMT', 0],
    ['999999999999', day],
    ['Sat, 01 Mar 2025 12:00:00 GMT', day],
  ])('%j is a wait of %i ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });

  it('is in GMT wherever the machine stands', () => {
    vi.stubEnv('TZ', 'America/New_York');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(new Date(now).getHours()).toBe(7);
    expect(parseRetryAfter('Fri Mar  1 12:00:05 2024', now)).toBe(5000);
  });

  it.each([undefined, '', '  ', 'soon', '-5', 'in 12', 'at 2030', '1e3', 'Fri, nonsense'])(
    '%j says nothing',
    (header) => {
      expect(parseRetryAfter(header, now)).toBeUndefined();
    },
  );
});

describe('the wait before the next try', () => {
  const delay = (failures: number, retryAfter?: string, random = 1) =>
    retryDelay({ failures, retryAfter, now, random });

  it('is what the server asks for, however long', () => {
    expect(delay(1, '120', 0)).toBe(120_000);
    expect(delay(9, '1')).toBe(1000);
  });

  it('doubles up to half a minute', () => {
    expect([1, 2, 3, 7, 8, 9, 50].map((n) => delay(n))).toEqual([
      250, 500, 1000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('is any part of that, by chance', () => {
    expect(delay(3, undefined, 0)).toBe(0);
    expect(delay(3, undefined, 0.25)).toBe(250);
  });

  it('grows also for a server that says "now" each time', () => {
    expect(delay(4, '0')).toBe(2000);
  });
});
