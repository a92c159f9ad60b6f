import { setMaxListeners } from 'node:events';
import type { Call, RequestEvents, StopSignals } from '../../src/api/call.ts';
import type { RawReply } from '../../src/api/http/classify-reply.ts';
import type { NetworkFailure, Transport } from '../../src/api/http/transport.ts';
import type { PaceSettings } from '../../src/api/pace/pacer.ts';
import { createSend } from '../../src/api/session.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export type Answer = RawReply | NetworkFailure;

export function answer(status: number, body: unknown = { message: 'ok' }, retryAfter?: string): RawReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return retryAfter === undefined ? { status, body: text } : { status, body: text, retryAfter };
}

export const reset: NetworkFailure = { kind: 'network', code: 'ECONNRESET', message: 'cut', retryable: true };

/** Calls over a fake transport that replies with what `respond` returns, in virtual time. */
export function callerOn(
  respond: (call: Call, nth: number) => Answer | Promise<Answer>,
  given: {
    retries?: number;
    throttle?: Partial<PaceSettings>;
    events?: RequestEvents;
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
    return bodyRead(call, await orAborted(Promise.resolve(respond(call, nth)), signal));
  };
  const { throttle: limits, retries = 8, events = {} } = given;
  const settings = { concurrency: 8, ...limits, retries, events, apiKey: 'test' };
  return { ...createSend(transport, settings, clock), clock, calls };
}

/** As the transport does it. */
function bodyRead(call: Call, reply: Answer): Answer {
  if ('kind' in reply || reply.status !== 200 || !call.readBody) return reply;
  const reader = call.readBody();
  reader.write(Buffer.from(reply.body));
  return { ...reply, body: reader.end() };
}

/** As with a socket, an aborted call ends immediately. */
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
