import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Call, GaveUp, RequestCounts, RequestEvents, SendCall } from '../call.ts';
import type { Verdict } from '../http/classify-reply.ts';
import type { SendRequest } from '../request.ts';
import { backoffMs } from './backoff.ts';
import { RetryBudget } from './retry-budget.ts';

const tooManyRequests = 429;

export interface RetryDeps {
  /** Retries of a call, unless it has its own number. */
  readonly retries: number;
  readonly clock: Pick<Clock, 'random'>;
  /** Waits between two attempts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly counts: RequestCounts;
  readonly events: RequestEvents;
  /**
   * Failed requests of any call since the server last replied, counted while no reply is expected. They count
   * for all calls, so that calls that wait for the same dead server do not each use up their own retries.
   */
  readonly failedProbes: () => number;
}

/** Retries each call until its verdict is final or its retries are used up. */
export function withRetries(send: SendRequest, deps: RetryDeps): SendCall {
  let successes = 0;
  return async (call, { stop, retries = deps.retries, probe = false } = {}) => {
    const budget = new RetryBudget({ own: retries, throttled: deps.retries }, successes);
    for (let attempt = 0; ; attempt++) {
      const verdict = await send(call, { stop, probe, repeated: attempt > 0 });
      if (verdict.kind !== 'retry') {
        if (verdict.kind === 'success' || verdict.kind === 'partial') successes++;
        // The next call is sent before the caller processes this reply.
        await nextTurn();
        return verdict;
      }
      const failures = budget.add(verdict.status === tooManyRequests, successes);
      if (failures === undefined || deps.failedProbes() > deps.retries) {
        deps.counts.failed++;
        await nextTurn();
        return gaveUp(verdict, budget);
      }
      await waitForRetry(call, { verdict, failures, stop: stop?.soft }, deps);
    }
  };
}

type Retry = Extract<Verdict, { kind: 'retry' }>;

async function waitForRetry(
  call: Call,
  { verdict, failures, stop }: { verdict: Retry; failures: number; stop: AbortSignal | undefined },
  { clock, sleep, events }: RetryDeps,
): Promise<void> {
  // Repeated replies with Retry-After: 0 must not become a busy loop.
  const waitMs = verdict.retryAfterMs || backoffMs(failures, clock.random());
  events.onRetry?.({ call, failures, waitMs, reason: reasonOf(verdict) });
  await sleep(waitMs, stop);
}

function gaveUp({ message, status }: Retry, { retries, othersSucceed }: RetryBudget): GaveUp {
  return {
    kind: 'gave-up',
    message,
    ...(status === undefined ? {} : { status }),
    retries,
    othersSucceed,
    throttled: status === tooManyRequests,
  };
}

/** A failure in one line. */
export function reasonOf({ status, message }: Pick<Retry, 'status' | 'message'>): string {
  return status === undefined ? message : `HTTP ${status}: ${message}`;
}
