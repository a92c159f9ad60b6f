import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { AccessError } from '../../../src/errors.ts';
import { aCall, answer, callerOn, reset, stopSignals } from '../fake-server.ts';
import { virtualClock } from '../virtual-clock.ts';

describe('a call', () => {
  it.each([
    ['429', answer(429)],
    ['500', answer(500)],
    ['400 Request timeout', answer(400, { 'message:': 'Request timeout.' })],
    ['an empty 200', answer(200, '')],
    ['a reset', reset],
  ])('is retried after %s', async (_, failure) => {
    const { send, calls, counts } = callerOn((_call, nth) => (nth < 3 ? failure : answer(200)));
    expect(await send(aCall)).toMatchObject({ kind: 'success' });
    expect(calls).toEqual([aCall, aCall, aCall]);
    expect(counts).toEqual({ sent: 3, retried: 2, failed: 0 });
  });

  it.each([
    [401, 'denied'],
    [403, 'denied'],
    [404, 'not-found'],
    [413, 'too-large'],
    [422, 'refused'],
    [302, 'unexpected'],
  ])('is not retried after %i', async (status, kind) => {
    const { send, calls } = callerOn(() => answer(status));
    expect(await send(aCall)).toMatchObject({ kind });
    expect(calls).toHaveLength(1);
  });

  it('is given up after the last retry, with its result', async () => {
    const { send, calls, counts } = callerOn(() => answer(502, '<h1>Bad gateway</h1>'), { retries: 3 });
    expect(await send(aCall)).toEqual({
      kind: 'gave-up',
      message: '<h1>Bad gateway</h1>',
      status: 502,
      retries: 3,
      othersSucceed: false,
      throttled: false,
    });
    expect(calls).toHaveLength(4);
    expect(counts).toEqual({ sent: 4, retried: 3, failed: 1 });
  });

  it('takes its own number of retries', async () => {
    const { send, calls } = callerOn(() => reset);
    expect(await send(aCall, { retries: 0 })).toMatchObject({ kind: 'gave-up', message: 'cut' });
    expect(calls).toHaveLength(1);
  });

  it('reports, when given up, that others succeeded meanwhile', async () => {
    const { send } = callerOn((call) => (call.path === 'bad' ? answer(500) : answer(200)), { retries: 2 });
    let over = false;
    const bad = send({ method: 'GET', path: 'bad' }).finally(() => {
      over = true;
    });
    while (!over) await send(aCall);
    expect(await bad).toMatchObject({ kind: 'gave-up', othersSucceed: true });
  });

  it('ignores successes from before its last two attempts', async () => {
    let alive = true;
    const { send } = callerOn((call) => (call.path === 'bad' || !alive ? answer(500) : answer(200)), {
      retries: 3,
    });
    const bad = send({ method: 'GET', path: 'bad' });
    await send(aCall);
    alive = false;
    expect(await bad).toMatchObject({ kind: 'gave-up', othersSucceed: false });
  });

  it('waits exactly as long as Retry-After says', async () => {
    const { send, clock } = callerOn((_, nth) => (nth === 1 ? answer(429, '', '120') : answer(200)));
    const before = clock.now();
    await send(aCall);
    expect(clock.now() - before).toBe(120_000);
  });

  it('makes all others wait after a 429, and reports the pause', async () => {
    const paused: string[] = [];
    const { send, clock, calls } = callerOn(
      (_, nth) => (nth === 2 ? answer(429, 'slow down', '60') : answer(200)),
      {
        throttle: { onPause: (until, reason) => paused.push(`${until - clock.now()} ${reason}`) },
      },
    );
    await send(aCall);
    const before = clock.now();
    const second = send({ method: 'GET', path: 'second' });
    await expect.poll(() => paused.length).toBe(1);
    const third = send({ method: 'GET', path: 'third' }).then(() => clock.now());
    await second;
    // Then at a pace that is a first guess: thirty per second.
    expect((await third) - before).toBeCloseTo(60_000 + 1000 / 30);
    expect(paused).toEqual(['60000 HTTP 429: slow down']);
    expect(calls).toHaveLength(4);
  });

  it('waits as long as its own Retry-After, while others wait for the first one', async () => {
    const clock = virtualClock();
    const at: string[] = [];
    const flying: Promise<unknown>[] = [];
    const { send } = callerOn(
      async (call, nth) => {
        at.push(`${call.path} ${Math.round(clock.now() - began) / 1000}`);
        if (nth === 3) {
          await clock.sleep(5000);
          flying.push(send({ method: 'GET', path: 'other' }));
        }
        return nth === 2 || nth === 3 ? answer(429, 'slow down', '60') : answer(200);
      },
      { clock },
    );
    let began = clock.now();
    await send(aCall);
    began = clock.now();
    at.length = 0;
    flying.push(...['first', 'later'].map((path) => send({ method: 'GET', path })));
    await Promise.all(flying.slice(0, 2));
    await flying[2];
    expect(at).toEqual(['first 0', 'later 0', 'other 60', 'first 60.033', 'later 65']);
  });

  it('lets no other call start between a 429 and its pause', async () => {
    const clock = virtualClock();
    let began = 0;
    const at: string[] = [];
    const { send } = callerOn(
      (call, nth) => {
        at.push(`${call.path} ${Math.round(clock.now() - began) / 1000}`);
        return nth === 2 || nth === 3 ? answer(429, 'slow down', '60') : answer(200);
      },
      { clock, throttle: { concurrency: 2 } },
    );
    await send(aCall);
    began = clock.now();
    at.length = 0;
    await Promise.all(['a', 'b', 'c', 'd'].map((path) => send({ method: 'GET', path })));
    expect(at.slice(0, 2)).toEqual(['a 0', 'b 0']);
    const later = at.slice(2).map((line) => line.split(' '));
    expect(later.map(([path]) => path).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(later.map(([, seconds]) => Number(seconds))).toEqual([60, 60.033, 60.067, 60.1]);
  });

  it('that waits for a retry fails immediately when the key is refused', async () => {
    const { send, clock } = callerOn((call, nth) =>
      nth === 1 ? answer(200) : call.path === 'late' ? answer(429, '', '3600') : answer(401),
    );
    await send(aCall);
    const began = clock.now();
    const late = send({ method: 'GET', path: 'late' });
    const refused = expect(late).rejects.toBeInstanceOf(AccessError);
    await expect(send({ method: 'GET', path: 'other' })).resolves.toMatchObject({ kind: 'denied' });
    await refused;
    expect(clock.now()).toBe(began);
  });

  it('waits alone after a 500, even with Retry-After', async () => {
    const { send, clock } = callerOn((call, nth) =>
      call.path === 'slow' && nth < 4 ? answer(500, '', '60') : answer(200),
    );
    await send(aCall);
    const before = clock.now();
    const slow = send({ method: 'GET', path: 'slow' });
    await send(aCall);
    expect(clock.now()).toBe(before);
    await slow;
    expect(clock.now() - before).toBe(60_000);
  });

  it('that gets 429 is never given up while others succeed', async () => {
    let refused = 0;
    const { send } = callerOn(
      (call) => (call.path === 'unlucky' && refused++ < 30 ? answer(429, '', '1') : answer(200)),
      { retries: 2 },
    );
    let done = false;
    const unlucky = send({ method: 'GET', path: 'unlucky' }, { retries: 0 }).finally(() => {
      done = true;
    });
    while (!done) await send(aCall);
    expect(await unlucky).toMatchObject({ kind: 'success' });
  });

  it('that gets 429 is given up when no call succeeds, and says so', async () => {
    const { send, calls } = callerOn(() => answer(429), { retries: 4 });
    expect(await send(aCall)).toMatchObject({ kind: 'gave-up', throttled: true });
    expect(calls).toHaveLength(5);
  });

  it('throws immediately for a connection that no retry can fix', async () => {
    const { send, calls } = callerOn(() => ({
      ...reset,
      retryable: false,
      message: 'untrusted',
      hint: '--ca-file',
    }));
    await expect(send(aCall)).rejects.toMatchObject({
      message: 'untrusted',
      hint: '--ca-file',
      code: 'ERR_UNAVAILABLE',
    });
    expect(calls).toHaveLength(1);
  });

  it('halts all others once the key is refused, waiting and new ones', async () => {
    const { send, calls } = callerOn(() => answer(401, { message: 'invalid api key.' }));
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => send(aCall)));
    expect(calls).toHaveLength(1);
    expect(all[0]).toMatchObject({ status: 'fulfilled', value: { kind: 'denied' } });
    for (const other of all.slice(1)) expect(other).toMatchObject({ reason: expect.any(AccessError) });
    await expect(send(aCall)).rejects.toThrow('Miso refused the key (HTTP 401): invalid api key.');
  });

  it('ends its wait immediately on a soft stop, and leaves no timer', async () => {
    for (const failure of [answer(500, '', '86000'), answer(429, '', '86000')]) {
      const { soft, stop } = stopSignals();
      const waiting: number[] = [];
      const { send, clock } = callerOn(() => failure, {
        events: { onRetry: ({ waitMs }) => void waiting.push(waitMs) },
      });
      // Virtual time does not pass meanwhile.
      const stopped = send(aCall, { stop });
      const rejected = expect(stopped).rejects.toBe('stop');
      while (waiting.length === 0) await new Promise(setImmediate);
      const stoppedAt = clock.now();
      soft.abort('stop');
      await rejected;
      expect(clock.now()).toBe(stoppedAt);
      expect(waiting).toEqual([86_000_000]);
      expect(clock.pending).toBe(0);
    }
  });

  it('finishes requests in flight on a soft stop, and aborts them on a hard one', async () => {
    const { soft, hard, stop } = stopSignals();
    const finish: ((status: number) => void)[] = [];
    const { send } = callerOn(
      () => new Promise((resolve) => finish.push((status) => resolve(answer(status)))),
    );
    const first = send(aCall, { stop });
    await expect.poll(() => finish.length).toBe(1);
    soft.abort('soft');
    finish[0]?.(200);
    expect(await first).toMatchObject({ kind: 'success' });
    await expect(send(aCall, { stop })).rejects.toBe('soft');
    const cut = expect(send(aCall, { stop: { ...stop, soft: new AbortController().signal } })).rejects.toBe(
      'hard',
    );
    await expect.poll(() => finish.length).toBe(2);
    hard.abort('hard');
    await cut;
  });

  it('leaves no listeners on the stop signals behind', async () => {
    const { soft, hard, stop } = stopSignals();
    const { send } = callerOn((_, nth) =>
      nth % 3 === 0 ? answer(200) : nth % 3 === 1 ? answer(500) : answer(429),
    );
    await Promise.all(Array.from({ length: 100 }, () => send(aCall, { stop })));
    expect(getEventListeners(soft.signal, 'abort')).toHaveLength(0);
    expect(getEventListeners(hard.signal, 'abort')).toHaveLength(0);
  });

  it('reports each response and each retry', async () => {
    const told: unknown[] = [];
    const { send } = callerOn((_, nth) => [reset, answer(500, 'x'), answer(200)][nth - 1]!, {
      events: {
        onResponse: ({ status }) => told.push(status),
        onRetry: ({ failures, waitMs, reason }) => told.push([failures, waitMs, reason]),
      },
    });
    await send(aCall);
    expect(told).toEqual(['ECONNRESET', [1, 250, 'cut'], 500, [2, 500, 'HTTP 500: x'], 200]);
  });
});
