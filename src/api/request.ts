import type { Clock } from '../clock.ts';
import { UnavailableError } from '../errors.ts';
import type { Redact } from '../redact.ts';
import type { Call, RequestCounts, RequestEvents, StopSignals } from './call.ts';
import { classifyReply, type Verdict } from './http/classify-reply.ts';
import type { NetworkFailure, Transport } from './http/transport.ts';

/** One attempt of a call. */
export interface Attempt {
  readonly stop?: StopSignals | undefined;
  /** The request repeats an earlier one of its call. */
  readonly repeated: boolean;
  /** It checks whether the server replies at all, so it is sent before waiting requests. */
  readonly probe: boolean;
}

/**
 * Sends one request of a call. Throws UnavailableError for a connection that no retry can fix, and the reason
 * of a stop.
 */
export type SendRequest = (call: Call, attempt: Attempt) => Promise<Verdict>;

/** A transport that reports each response. */
export function withEvents(transport: Transport, events: RequestEvents, clock: Clock): Transport {
  const { onResponse } = events;
  if (!onResponse) return transport;
  return async (call, signal) => {
    const start = clock.monotonic();
    const reply = await transport(call, signal);
    const status = 'kind' in reply ? reply.code : reply.status;
    onResponse({ call, status, ms: clock.monotonic() - start });
    return reply;
  };
}

export interface VerdictDeps {
  readonly counts: RequestCounts;
  readonly clock: Pick<Clock, 'now'>;
  readonly redact: Redact;
  readonly maxWaitMs?: number | undefined;
}

/** Counts each request and classifies its reply. */
export function withVerdict(transport: Transport, deps: VerdictDeps): SendRequest {
  const { counts, clock, redact, maxWaitMs } = deps;
  return async (call, { stop, repeated }) => {
    counts.sent++;
    if (repeated) counts.retried++;
    const reply = await transport(call, stop?.hard);
    if ('kind' in reply) return classifyFailure(reply);
    return classifyReply(reply, { redact, now: clock.now(), maxWaitMs });
  };
}

function classifyFailure({ code, message, hint, retryable }: NetworkFailure): Verdict {
  if (!retryable) throw new UnavailableError(message, { hint, retryable });
  return { kind: 'retry', message, throttled: false, overloaded: code === 'ETIMEDOUT' };
}
