import { describe, expect, it } from 'vitest';
import { full } from '../../effort.ts';
import { answer } from '../fake-server.ts';
import {
  defaultCount,
  eachSeed,
  fixedWindow,
  type Result,
  type Server,
  simulate,
  tokenBucket,
} from './simulation.ts';

/** The share of what the server allowed in the windows that ended before the last request was accepted. */
function windowShare({ accepted, seconds }: Result, perSecond: number, windowMs: number): number {
  const windows = Math.floor((1000 * seconds) / windowMs);
  const end = (windows * windowMs) / 1000;
  return accepted.filter((at) => at < end).length / (perSecond * end);
}

// The bursts last from a tenth of a second to ten.
const buckets = [
  { perSecond: 5, burst: 1 },
  { perSecond: 5, burst: 2.5 },
  { perSecond: 5, burst: 5 },
  { perSecond: 5, burst: 15 },
  { perSecond: 5, burst: 50 },
  { perSecond: 20, burst: 2 },
  { perSecond: 20, burst: 10 },
  { perSecond: 20, burst: 20 },
  { perSecond: 20, burst: 60 },
  { perSecond: 20, burst: 200 },
  { perSecond: 50, burst: 5 },
  { perSecond: 50, burst: 25 },
  { perSecond: 50, burst: 50 },
  { perSecond: 50, burst: 150 },
  { perSecond: 50, burst: 500 },
];

describe('the rate of requests', () => {
  it.each(buckets)(
    'reaches $perSecond per second with a burst of $burst, and few are refused',
    async (limit) => {
      const { perSecond, burst } = limit;
      const requests = Math.max(defaultCount, 4 * burst);
      for (const retryAfter of [true, false]) {
        const check = ({ seconds, refused, throughput }: Result) => {
          const allowed = (requests - burst) / perSecond;
          expect(allowed / seconds).toBeGreaterThan(burst < perSecond / 2 ? 0.93 : 0.95);
          expect(refused).toBeLessThanOrEqual(0.05);
          expect(throughput.limitedBy).toBe('server');
          expect(throughput.acceptedPerSecond).toBeGreaterThan(0.85 * perSecond);
        };
        await eachSeed(tokenBucket({ ...limit, ms: 2, retryAfter }), check, requests);
      }
    },
  );

  it.each([
    { perSecond: 5, windowMs: 1000, share: 0.95 },
    { perSecond: 20, windowMs: 1000, share: 0.95 },
    { perSecond: 20, windowMs: 10_000, share: 0.95 },
    // The first two of twenty windows show the limit.
    { perSecond: 50, windowMs: 1000, share: 0.93 },
  ])('fits $perSecond per second into windows of $windowMs ms', async ({ perSecond, windowMs, share }) => {
    const windows = { count: (perSecond * windowMs) / 1000, windowMs, ms: 2 };
    await eachSeed(fixedWindow(windows), (result) => {
      expect(windowShare(result, perSecond, windowMs)).toBeGreaterThan(share);
      expect(result.refused).toBeLessThanOrEqual(0.05);
    });
    // Without Retry-After, a long window ends unnoticed for a while.
    const isShort = windowMs <= 1000;
    await eachSeed(fixedWindow({ ...windows, retryAfter: false }), (result) => {
      expect(windowShare(result, perSecond, windowMs)).toBeGreaterThan(isShort ? share : 0.8);
      expect(result.refused).toBeLessThanOrEqual(isShort ? 0.05 : 0.07);
    });
  });

  it('is not lowered by refusals that do not depend on it', async () => {
    const moody: Server = (clock) => async () => {
      await clock.sleep(20);
      return clock.random() < 0.05 ? answer(429, 'slow down') : answer(200);
    };
    await eachSeed(moody, ({ seconds }) => expect(seconds).toBeLessThan(10), 2000);
  });

  it('never comes near zero, even if every second request is refused', async () => {
    const moody: Server = (clock) => async () => {
      await clock.sleep(20);
      return clock.random() < 0.5 ? answer(429, 'slow down') : answer(200);
    };
    await eachSeed(moody, ({ seconds }) => expect(seconds).toBeLessThan(300 * 10), 300);
  });
});

describe('a limit that four processes share', () => {
  const perSecond = 20;
  const servers: { readonly name: string; readonly server: Server }[] = [
    { name: 'a token bucket', server: tokenBucket({ perSecond, burst: 20, ms: 2 }) },
    {
      name: 'a bucket without Retry-After',
      server: tokenBucket({ perSecond, burst: 20, ms: 2, retryAfter: false }),
    },
    { name: 'a distant bucket', server: tokenBucket({ perSecond, burst: 20, ms: 100 }) },
    { name: 'windows', server: fixedWindow({ count: perSecond, windowMs: 1000, ms: 2 }) },
  ];

  it.each(servers)('is fully used and fairly shared: $name', async ({ server }) => {
    const fairness: number[] = [];
    for (const seed of full ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2, 3]) {
      const results = await simulate(server, { count: 150, seed, clients: 4 });
      const ends = results.map(({ seconds }) => seconds);
      const firstEnd = Math.min(...ends);
      const accepted = results.flatMap((result) => result.accepted.filter((at) => at > 5));
      const refusals = results.flatMap((result) => result.refusals.filter((at) => at > 5));
      const together = accepted.filter((at) => at <= firstEnd).length;

      expect(together / (firstEnd - 5)).toBeGreaterThan(0.9 * perSecond);
      expect(refusals.length / (refusals.length + accepted.length)).toBeLessThanOrEqual(0.1);
      for (const result of results) {
        const share = result.accepted.filter((at) => at > 5 && at <= firstEnd).length / together;
        expect(share).toBeGreaterThan(0.3 / 4);
      }
      fairness.push(firstEnd / Math.max(...ends));
    }
    expect(fairness.reduce((sum, share) => sum + share, 0) / fairness.length).toBeGreaterThan(0.6);
  });
});
