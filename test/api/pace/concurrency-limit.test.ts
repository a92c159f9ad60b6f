import { describe, expect, it } from 'vitest';
import { full } from '../../effort.ts';
import { distant, pool, type Result, type Server, simulate } from './simulation.ts';

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
  it.each([300, 1000])('uses a server %i ms away to its capacity', async (ms) => {
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

  it('follows a server whose capacity halves and recovers', async () => {
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
