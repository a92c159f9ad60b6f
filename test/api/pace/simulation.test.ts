import { describe, expect, it } from 'vitest';
import { full } from '../../effort.ts';
import { answer } from '../fake-server.ts';
import { distant, fixedWindow, pool, type Result, type Server, simulate, tokenBucket } from './simulation.ts';

const seeds = full ? [1, 2, 3] : [1];
const count = 1000;

/** The same server with several seeds. */
async function each(server: Server, check: (result: Result) => void, requests = count): Promise<void> {
  for (const seed of seeds) {
    const [result] = await simulate(server, { count: requests, seed });
    check(result!);
  }
}

describe('the number of requests in flight', () => {
  it.each([300, 1000])('reaches what a server %i ms away can use', async (ms) => {
    await each(
      distant(() => ms),
      ({ seconds, throughput }) => {
        expect((count / 64) * (ms / 1000)).toBeGreaterThan(0.7 * seconds);
        expect(throughput).toMatchObject({ concurrency: { peak: 64, typical: 64 }, limitedBy: 'latency' });
      },
    );
  });

  it('is not misled by noise', async () => {
    const noisy: Server = (clock) => distant(() => 150 + 300 * clock.random())(clock);
    await each(noisy, ({ throughput }) => expect(throughput.concurrency.typical).toBeGreaterThan(56), 5000);
  });

  it('keeps twenty workers busy without a refusal', async () => {
    await each(pool({ workers: () => 20, ms: () => 200, queue: 60 }), ({ seconds, refused, throughput }) => {
      expect((count / 20) * 0.2).toBeGreaterThan(0.85 * seconds);
      expect(refused).toBeLessThanOrEqual(0.02);
      expect(throughput.limitedBy).toBe('server');
      expect(throughput.concurrency.typical).toBeLessThan(44);
    });
  });

  it('keeps the queue of four workers short', async () => {
    await each(pool({ workers: () => 4, ms: () => 55, queue: 60 }), ({ seconds, inFlight }) => {
      expect((count / 4) * 0.055).toBeGreaterThan(0.9 * seconds);
      expect(inFlight - 4).toBeLessThan(2 * 4);
    });
  });

  it('follows a server whose capacity halves and comes back', async () => {
    const workers = (now: number) => (now > 10_000 && now < 20_000 ? 10 : 20);
    await each(
      pool({ workers, ms: () => 200, queue: 60 }),
      ({ accepted, refused }) => {
        expect(refused).toBeLessThanOrEqual(0.05);
        const afterThirtyRoundTrips = accepted.filter((at) => at > 26 && at <= 28).length;
        expect(afterThirtyRoundTrips).toBeGreaterThan(0.85 * 2 * 100);
      },
      3000,
    );
  });

  it('follows a server that becomes slower without being busier', async () => {
    const slower: Server = (clock) => {
      const start = clock.monotonic();
      return distant(() => (clock.monotonic() - start < 5000 ? 100 : 300))(clock);
    };
    await each(slower, ({ throughput }) => expect(throughput.concurrency.typical).toBeGreaterThan(56), 5000);
  });

  it('stays within the number that the user chose', async () => {
    const [result] = await simulate(
      distant(() => 100),
      { count: 200, seed: 1, concurrency: 5 },
    );
    expect(result?.throughput).toEqual({ concurrency: { peak: 5, typical: 5 }, limitedBy: 'concurrency' });
  });
});

describe('the rate of requests', () => {
  it.each([
    { perSecond: 20, burst: 2 },
    { perSecond: 20, burst: 10 },
    { perSecond: 20, burst: 20 },
    { perSecond: 20, burst: 60 },
    { perSecond: 20, burst: 200 },
    { perSecond: 5, burst: 5 },
    { perSecond: 50, burst: 50 },
  ])('reaches $perSecond per second with a burst of $burst, and few are refused', async (limit) => {
    for (const retryAfter of [true, false]) {
      await each(tokenBucket({ ...limit, ms: 2, retryAfter }), ({ seconds, refused, throughput }) => {
        const allowed = (count - limit.burst) / limit.perSecond;
        expect(allowed / seconds).toBeGreaterThan(limit.burst < limit.perSecond / 2 ? 0.93 : 0.95);
        expect(refused).toBeLessThanOrEqual(0.05);
        expect(throughput.limitedBy).toBe('server');
        expect(throughput.acceptedPerSecond).toBeGreaterThan(0.85 * limit.perSecond);
      });
    }
  });

  it.each([1000, 10_000])('fits into windows of %i ms', async (windowMs) => {
    await each(fixedWindow({ count: windowMs / 50, windowMs, ms: 2 }), ({ seconds, refused }) => {
      expect(count / 20 / seconds).toBeGreaterThan(0.9);
      expect(refused).toBeLessThanOrEqual(0.05);
    });
  });

  it('stops decreasing if refusals do not depend on it', async () => {
    const moody: Server = (clock) => async () => {
      await clock.sleep(20);
      return clock.random() < 0.05 ? answer(429, 'slow down') : answer(200);
    };
    await each(moody, ({ seconds }) => expect(seconds).toBeLessThan(100), 2000);
  });

  it('is shared by four processes, none of which starves', async () => {
    for (const seed of seeds) {
      const results = await simulate(tokenBucket({ perSecond: 20, burst: 20, ms: 2 }), {
        count: 150,
        seed,
        clients: 4,
      });
      const seconds = Math.max(...results.map((result) => result.seconds));
      expect((600 - 20) / 20 / seconds).toBeGreaterThan(0.6);
      const later = (times: readonly number[]) => times.filter((at) => at > 5);
      const refused = results.flatMap(({ refusals }) => later(refusals)).length;
      const accepted = results.flatMap((result) => later(result.accepted)).length;
      expect(refused / (refused + accepted)).toBeLessThanOrEqual(0.1);
      for (const result of results) {
        const share = result.accepted.filter((at) => at > 5 && at <= 20).length;
        // A quarter of the fair share at least, or done.
        expect(share > 75 / 4 || result.seconds < 20).toBe(true);
      }
    }
  });
});
