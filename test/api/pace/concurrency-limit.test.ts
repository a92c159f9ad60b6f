import { describe, expect, it } from 'vitest';
import { defaultCount, distant, eachSeed, pool, type Server, simulate } from './simulation.ts';

describe('the number of requests in flight', () => {
  it.each([300, 1000])('uses a server %i ms away to its capacity', async (ms) => {
    await eachSeed(
      distant(() => ms),
      ({ seconds, throughput }) => {
        expect((defaultCount / 64) * (ms / 1000)).toBeGreaterThan(0.7 * seconds);
        expect(throughput).toMatchObject({ concurrency: { peak: 64, typical: 64 }, limitedBy: 'latency' });
      },
    );
  });

  it('is not misled by noise', async () => {
    const noisy: Server = (clock) => distant(() => 150 + 300 * clock.random())(clock);
    await eachSeed(
      noisy,
      ({ throughput }) => expect(throughput.concurrency.typical).toBeGreaterThan(56),
      5000,
    );
  });

  it('keeps twenty workers busy without a refusal', async () => {
    await eachSeed(
      pool({ workers: () => 20, ms: () => 200, queue: 60 }),
      ({ seconds, refused, throughput }) => {
        expect((defaultCount / 20) * 0.2).toBeGreaterThan(0.85 * seconds);
        expect(refused).toBeLessThanOrEqual(0.02);
        expect(throughput.limitedBy).toBe('server');
        expect(throughput.concurrency.typical).toBeLessThan(44);
      },
    );
  });

  it('keeps the queue of four workers short', async () => {
    await eachSeed(pool({ workers: () => 4, ms: () => 55, queue: 60 }), ({ seconds, inFlight }) => {
      expect((defaultCount / 4) * 0.055).toBeGreaterThan(0.9 * seconds);
      expect(inFlight - 4).toBeLessThan(2 * 4);
    });
  });

  it('follows a server whose capacity halves and recovers', async () => {
    const workers = (now: number) => (now > 10_000 && now < 20_000 ? 10 : 20);
    await eachSeed(
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
    await eachSeed(
      slower,
      ({ throughput }) => expect(throughput.concurrency.typical).toBeGreaterThan(56),
      5000,
    );
  });

  it('stays within the number that the user chose', async () => {
    const [result] = await simulate(
      distant(() => 100),
      { count: 200, seed: 1, concurrency: 5 },
    );
    expect(result?.throughput).toEqual({ concurrency: { peak: 5, typical: 5 }, limitedBy: 'concurrency' });
  });
});
