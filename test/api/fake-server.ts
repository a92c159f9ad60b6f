import { setMaxListeners } from 'node:events';
import type { RawReply } from '../../src/api/http/reply.ts';
import type { Call, NetworkFailure, Transport } from '../../src/api/http/transport.ts';
import { Throttle, type ThrottleSettings } from '../../src/api/pace/throttle.ts';
import { Caller, type CallerEvents, type StopSignals } from '../../src/api/retry/caller.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export type Answer = RawReply | NetworkFailure;

export function answer(status: number, body: unknown = { message: 'ok' }, retryAfter?: string): RawReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return retryAfter === undefined ? { status, body: text } : { status, body: text, retryAfter };
}

export const reset: NetworkFailure = { kind: 'network', code: 'ECONNRESET', message: 'cut', again: true };

/** What a caller is tested with: a transport that answers as it is told, time that passes by itself. */
export function callerOn(
  respond: (call: Call, nth: number) => Answer | Promise<Answer>,
  given: {
    retries?: number;
    throttle?: Partial<ThrottleSettings>;
    events?: CallerEvents;
    clock?: VirtualClock;
  } = {},
) {
  const clock = given.clock ?? virtualClock();
  const calls: Call[] = [];
  const transport: Transport = async (call, signal) => {
    calls.push(call);
    const nth = calls.length;
    // A turn of the event loop, as a network would take.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    return await orAborted(Promise.resolve(respond(call, nth)), signal);
  };
  const throttle = new Throttle({ concurrency: 8, ...given.throttle }, clock);
  const events = given.events ? { events: given.events } : {};
  const caller = new Caller({ transport, throttle, clock, retries: given.retries ?? 8, ...events });
  return { caller, throttle, clock, calls };
}

/** As a socket would: a call that is cut off is over at once. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return await Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}

export function stopSignals() {
  const soft = new AbortController();
  const hard = new AbortController();
  setMaxListeners(0, soft.signal, hard.signal);
  const stop: StopSignals = { soft: soft.signal, hard: hard.signal };
  return { soft, hard, stop };
}

export const aCall: Call = { method: 'POST', path: 'v1/users', body: '{"data":[]}' };
