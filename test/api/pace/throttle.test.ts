import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Permit } from '../../../src/api/pace/pacer.ts';
import { Throttle } from '../../../src/api/pace/throttle.ts';
import { virtualClock } from '../virtual-clock.ts';

const replied = { kind: 'replied' } as const;
const overloaded = { kind: 'overloaded', reason: 'busy' } as const;
const throttled = (ms: number) => ({ kind: 'throttled', retryAfterMs: ms, reason: 'slow' }) as const;

function throttle(settings: Partial<ConstructorParameters<typeof Throttle>[0]> = {}) {
  const clock = virtualClock();
  return { clock, throttle: new Throttle({ concurrency: 8, ...settings }, clock) };
}

/** Takes all permits that are available now. */
async function takeAll(from: Throttle, most = 50): Promise<Permit[]> {
  const taken: Permit[] = [];
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const waiting = Array.from({ length: most }, () =>
    from.acquire({ signal: stop.signal }).then(
      (permit) => void taken.push(permit),
      () => {},
    ),
  );
  await new Promise(setImmediate);
  stop.abort();
  await Promise.all(waiting);
  return taken;
}

/** As `takeAll`, but waits until the first of them can start. */
async function takeAllLater(from: Throttle): Promise<Permit[]> {
  const first = await from.acquire();
  return [first, ...(await takeAll(from))];
}

/** A throttle after one success. */
async function proven(settings: Partial<ConstructorParameters<typeof Throttle>[0]> = {}) {
  const made = throttle(settings);
  (await made.throttle.acquire()).release(replied);
  return made;
}

describe('a throttle', () => {
  it('sends one call at a time until the first reply, and then as many as allowed', async () => {
    const { throttle: t } = throttle();
    const [first, ...more] = await takeAll(t);
    expect(more).toEqual([]);
    first?.release();
    const [second, ...others] = await takeAll(t);
    expect(others).toEqual([]);
    second?.release(replied);
    expect(t.limit).toBe(8);
    expect(await takeAll(t)).toHaveLength(8);
  });

  it('counts a permit as released once, even if it is released again', async () => {
    const { throttle: t } = await proven({ concurrency: 2 });
    const [a] = await takeAll(t);
    a?.release();
    a?.release();
    expect(await takeAll(t)).toHaveLength(1);
  });

  it('halves on overload, once for calls that were in flight together, and never below one', async () => {
    const { throttle: t } = await proven();
    const flying = await takeAll(t);
    expect(flying).toHaveLength(8);
    for (const permit of flying) permit.release(overloaded);
    expect(t.limit).toBe(4);
    for (let n = 0; n < 5; n++) {
      (await t.acquire()).release(replied);
      const [permit, ...others] = await takeAll(t);
      permit?.release(overloaded);
      for (const one of others) one.release();
    }
    expect(t.limit).toBe(1);
  });

  it('starts nothing during a pause, and uses the longer of two', async () => {
    const told: number[] = [];
    const { throttle: t, clock } = await proven({ onPause: (until) => told.push(until) });
    const now = clock.now();
    const [one, other] = await takeAll(t, 2);
    one?.release(throttled(60_000));
    other?.release(throttled(1000));
    await t.acquire();
    expect(clock.now() - now).toBe(60_000);
    expect(told).toEqual([now + 60_000]);
  });

  it('pauses once for requests that were in flight together, unless one asks for much longer', async () => {
    const { throttle: t, clock } = await proven();
    const start = clock.now();
    const flying = await takeAll(t, 4);
    const resumed = async () => {
      const permit = await t.acquire();
      flying.push(permit);
      return clock.now() - start;
    };
    const pause = (ms: number) => flying.shift()?.release(throttled(ms));
    pause(60_000);
    await clock.sleep(5000);
    pause(60_000);
    pause(60_000);
    pause(60_000);
    expect(await resumed()).toBe(60_000);
    // A pause that follows another one is reported, however short.
    pause(1000);
    expect(await resumed()).toBe(61_000);
    pause(60_000);
    const waiting = resumed();
    await clock.sleep(59_000);
    expect(await waiting).toBe(121_000);
  });

  it('lets a single request find out whether a server that refused accepts requests again', async () => {
    const { throttle: t } = await proven();
    for (const permit of await takeAll(t, 4)) permit.release(throttled(1000));
    const [probe, ...others] = await takeAllLater(t);
    expect(others).toEqual([]);
    probe?.release(replied);
    expect(t.limit).toBeGreaterThan(1);
  });

  it('spaces requests after a refusal, instead of sending bursts', async () => {
    const { throttle: t, clock } = await proven();
    (await t.acquire()).release(throttled(1000));
    (await t.acquire()).release(replied);
    const start = clock.now();
    for (let n = 0; n < 3; n++) (await t.acquire()).release(replied);
    expect(clock.now() - start).toBeGreaterThan(3 * (1000 / 30) - 1);
  });

  it('pauses when an overloaded server asks for it', async () => {
    const { throttle: t, clock } = await proven();
    const start = clock.now();
    (await t.acquire()).release({ kind: 'overloaded', retryAfterMs: 30_000, reason: 'busy' });
    await t.acquire();
    expect(clock.now() - start).toBe(30_000);
  });

  it('starts no more calls per second than the limit', async () => {
    const { throttle: t, clock } = await proven({ requestsPerSecond: 4 });
    const began = clock.now();
    const starts: number[] = [];
    for (let n = 0; n < 5; n++) {
      const permit = await t.acquire();
      starts.push(clock.now() - began);
      permit.release();
    }
    expect(starts).toEqual([250, 500, 750, 1000, 1250]);
  });

  it('starts no more bytes per second than the limit', async () => {
    const { throttle: t, clock } = await proven({ bytesPerSecond: 1000 });
    const start = clock.now();
    const starts: number[] = [];
    for (const bytes of [500, 2000, 100]) {
      (await t.acquire({ bytes })).release();
      starts.push(clock.now() - start);
    }
    expect(starts).toEqual([0, 500, 2500]);
  });

  it('counts a wait before a retry as a limit of the server, and any other as one of this machine', async () => {
    const { throttle: t, clock } = await proven();
    await t.retryAfter(clock.sleep(5000));
    (await t.acquire()).release(replied);
    await clock.sleep(4000);
    (await t.acquire()).release(replied);
    expect(t.throughput().limitedBy).toBe('server');
    await clock.sleep(4000);
    (await t.acquire()).release(replied);
    expect(t.throughput().limitedBy).toBe('machine');
  });

  it('rejects waiting and later calls after a halt, with the first reason', async () => {
    const { throttle: t, clock } = await proven({ concurrency: 1 });
    (await t.acquire()).release(throttled(1_000_000));
    const waiting = t.acquire();
    const refused = expect(waiting).rejects.toBe('first');
    t.halt('first');
    t.halt('second');
    await refused;
    await expect(t.acquire()).rejects.toBe('first');
    expect(clock.pending).toBe(0);
  });

  it('gives the slot of an aborted call to the next one, and leaves no timer', async () => {
    const { throttle: t, clock } = await proven({ concurrency: 1 });
    const held = await t.acquire();
    const leaves = new AbortController();
    const gone = expect(t.acquire({ signal: leaves.signal })).rejects.toBe('gone');
    const next = t.acquire();
    leaves.abort('gone');
    await gone;
    held.release();
    const second = await next;
    await expect(t.acquire({ signal: leaves.signal })).rejects.toBe('gone');
    second.release(throttled(1_000_000));
    const last = new AbortController();
    const lastGone = expect(t.acquire({ signal: last.signal })).rejects.toBe('stop');
    last.abort('stop');
    await lastGone;
    expect(clock.pending).toBe(0);
  });
});
