import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseRetryAfter } from '../../../src/api/http/retry-after.ts';

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
    ['86400', day],
    ['Sat, 02 Mar 2024 12:00:00 GMT', day],
  ])('%j is a wait of %i ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });

  it('is in GMT in every time zone', () => {
    vi.stubEnv('TZ', 'America/New_York');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(new Date(now).getHours()).toBe(7);
    expect(parseRetryAfter('Fri Mar  1 12:00:05 2024', now)).toBe(5000);
  });

  it.each([
    undefined,
    '',
    '  ',
    'soon',
    '-5',
    'in 12',
    'at 2030',
    '1e3',
    'Fri, nonsense',
    '86401',
    '999999999999',
    'Sat, 01 Mar 2025 12:00:00 GMT',
  ])('%j is ignored', (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  });
});
