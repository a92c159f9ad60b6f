import { describe, expect, it } from 'vitest';
import { withBandwidth } from '../../../src/api/pace/bandwidth.ts';
import type { SendRequest } from '../../../src/api/request.ts';
import { virtualClock } from '../virtual-clock.ts';

const attempt = { repeated: false, probe: false };
const call = (bytes: number) => ({ method: 'POST', path: 'v1/users', body: 'é'.repeat(bytes / 2) }) as const;

function limited(bytesPerSecond: number | undefined) {
  const clock = virtualClock();
  const started: number[] = [];
  const from = clock.monotonic();
  const send: SendRequest = async () => {
    started.push(clock.monotonic() - from);
    return { kind: 'denied', status: 401, message: 'x' };
  };
  const halt = new AbortController();
  return { started, halt, send: withBandwidth(send, { bytesPerSecond, clock, halted: halt.signal }) };
}

describe('withBandwidth', () => {
  it('starts a request when the bytes before it are paid for', async () => {
    const { send, started } = limited(1000);
    await Promise.all([100, 500, 2000, 10].map((bytes) => send(call(bytes), attempt)));
    expect(started).toEqual([0, 100, 600, 2600]);
  });

  it('lets requests without a body pass, and all requests where there is no limit', async () => {
    const { send, started } = limited(1000);
    await send(call(5000), attempt);
    await send({ method: 'GET', path: 'v1/users/u' }, attempt);
    expect(started).toEqual([0, 0]);
    const free = limited(undefined);
    await Promise.all([call(5000), call(5000)].map((one) => free.send(one, attempt)));
    expect(free.started).toEqual([0, 0]);
  });

  it('stops waiting when the session is halted or the call is stopped', async () => {
    const { send, started, halt } = limited(1);
    await send(call(1000), attempt);
    const soft = new AbortController();
    const stop = { soft: soft.signal, hard: soft.signal };
    const stopped = send(call(10), { ...attempt, stop });
    const halted = send(call(10), attempt);
    soft.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    halt.abort(new Error('halted'));
    await expect(halted).rejects.toThrow('halted');
    expect(started).toEqual([0]);
  });
});
