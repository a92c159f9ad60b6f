import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { AccessError, UnavailableError } from '../../errors.ts';
import { type Hide, judge, type Verdict } from '../http/reply.ts';
import type { Call, NetworkFailure, Transport } from '../http/transport.ts';
import type { Throttle } from '../pace/throttle.ts';
import { Failures } from './failures.ts';
import { retryDelay } from './retry.ts';

/** A call that failed to its last try. */
export interface GaveUp {
  readonly kind: 'gave-up';
  /** What the last try ended with. */
  readonly message: string;
  readonly status?: number;
  /** Whether any other call succeeded since the try before the last: if so, the fault is this call's own. */
  readonly othersSucceed: boolean;
  /** The server asked for fewer calls to the last: nothing that the call carries is to blame. */
  readonly throttled: boolean;
}

/** What a call came to once nothing is left to try. */
export type Outcome = Exclude<Verdict, { kind: 'again' }> | GaveUp;

/** Two ways to stop, the second of which implies the first. */
export interface StopSignals {
  /** No further try begins; what is in flight may finish. */
  readonly soft: AbortSignal;
  /** What is in flight is cut off as well. */
  readonly hard: AbortSignal;
}

export interface CallOptions {
  /** A stopped call rejects with the reason of its signal. */
  readonly stop?: StopSignals | undefined;
  /** Further tries after the first; default: the caller's. */
  readonly retries?: number;
}

/** What was sent so far, for the summary. */
export interface RequestCounts {
  /** Every request that left, retries included. */
  sent: number;
  /** Those among them that repeated an earlier one. */
  retried: number;
  /** Calls that were given up. */
  failed: number;
}

export interface CallerEvents {
  /** A call is going to be tried again, in `waitMs` milliseconds. */
  readonly onRetry?: (retry: {
    readonly call: Call;
    readonly failures: number;
    readonly waitMs: number;
    readonly reason: string;
  }) => void;
  /** A request was answered, or was not: for --verbose. */
  readonly onAnswer?: (answer: {
    readonly call: Call;
    readonly status: number | string;
    readonly ms: number;
  }) => void;
}

/** Sends calls until they are answered for good: judging, waiting, trying again. One caller serves a whole run. */
export class Caller {
  readonly counts: RequestCounts = { sent: 0, retried: 0, failed: 0 };
  readonly #transport: Transport;
  readonly #throttle: Throttle;
  readonly #clock: Clock;
  readonly #retries: number;
  readonly #events: CallerEvents;
  readonly #hide: Hide | undefined;
  readonly #haltsWhenDenied: boolean;
  #successes = 0;

  constructor(deps: {
    readonly transport: Transport;
    readonly throttle: Throttle;
    readonly clock: Clock;
    readonly retries: number;
    readonly events?: CallerEvents;
    /** Applied to all that the server says. */
    readonly hide?: Hide;
    /** Whether a refused key is the end of all calls. Default: true. */
    readonly haltsWhenDenied?: boolean;
  }) {
    this.#transport = deps.transport;
    this.#throttle = deps.throttle;
    this.#clock = deps.clock;
    this.#retries = deps.retries;
    this.#events = deps.events ?? {};
    this.#hide = deps.hide;
    this.#haltsWhenDenied = deps.haltsWhenDenied ?? true;
  }

  /** Throws UnavailableError for a connection that no retry can mend, and the abort reason of a stop signal. */
  async call(call: Call, options: CallOptions = {}): Promise<Outcome> {
    const { stop } = options;
    const most = { own: options.retries ?? this.#retries, throttled: this.#retries };
    const failures = new Failures(most, this.#successes);
    for (let tries = 0; ; tries++) {
      const end = await this.#try(call, { failures, repeated: tries > 0, stop });
      if ('waitMs' in end) {
        await this.#throttle.sleep(end.waitMs, stop?.soft);
        continue;
      }
      // Its permit is another's by now: that call leaves before anybody looks at this one's answer.
      await nextTurn();
      return end;
    }
  }

  #giveUp({ message, status }: Again, othersSucceed: boolean): GaveUp {
    this.counts.failed++;
    return {
      kind: 'gave-up',
      message,
      ...(status === undefined ? {} : { status }),
      othersSucceed,
      throttled: status === tooManyRequests,
    };
  }

  /** One request: what the call came to, or how long to wait for the next. */
  async #try(call: Call, { failures, repeated, stop }: Try): Promise<Outcome | Wait> {
    const permit = await this.#throttle.acquire(stop?.soft);
    try {
      this.counts.sent++;
      if (repeated) this.counts.retried++;
      const began = this.#clock.now();
      const answer = await this.#transport(call, stop?.hard);
      this.#events.onAnswer?.({
        call,
        status: 'kind' in answer ? answer.code : answer.status,
        ms: this.#clock.now() - began,
      });
      const verdict = 'kind' in answer ? judgeFailure(answer) : judge(answer, this.#hide);
      // What holds up others is said before the permit is given back, so that no other call slips through.
      this.#learn(verdict, { answer, number: permit.number });
      if (verdict.kind !== 'again') return verdict;
      const count = failures.add(verdict.status === tooManyRequests, this.#successes);
      return count === undefined
        ? this.#giveUp(verdict, failures.othersSucceed)
        : this.#putOff(call, verdict, count);
    } finally {
      permit.release();
    }
  }

  #learn(verdict: Verdict, { answer, number }: { answer: object; number: number }): void {
    switch (verdict.kind) {
      case 'again':
        if (isOverload(verdict, answer)) this.#throttle.overloaded(number);
        break;
      case 'denied':
        if (!this.#haltsWhenDenied) break;
        this.#throttle.halt(
          new AccessError(`Miso refused the key (HTTP ${verdict.status}): ${verdict.message}`),
        );
        break;
      case 'success':
      case 'partial':
        this.#successes++;
        this.#throttle.succeeded();
        break;
      default:
        this.#throttle.succeeded();
    }
  }

  /** When a call is throttled all others wait too: they would only be refused. */
  #putOff(call: Call, verdict: Again, failures: number): Wait {
    const { retryAfter, message } = verdict;
    const waitMs = retryDelay({ failures, retryAfter, now: this.#clock.now(), random: this.#clock.random() });
    const reason = verdict.status === undefined ? message : `HTTP ${verdict.status}: ${message}`;
    this.#events.onRetry?.({ call, failures, waitMs, reason });
    if (verdict.throttled) this.#throttle.pause(waitMs, reason);
    return { waitMs };
  }
}

type Again = Extract<Verdict, { kind: 'again' }>;

const tooManyRequests = 429;

interface Try {
  readonly failures: Failures;
  /** It is not the first of its call. */
  readonly repeated: boolean;
  readonly stop: StopSignals | undefined;
}

/** Milliseconds before the next try. */
interface Wait {
  readonly waitMs: number;
}

function judgeFailure(failure: NetworkFailure): Verdict {
  if (!failure.again) throw new UnavailableError(failure.message, { hint: failure.hint });
  return { kind: 'again', message: failure.message, throttled: false };
}

function isOverload(verdict: Again, answer: object): boolean {
  if (verdict.throttled || verdict.status === 503 || verdict.status === 504) return true;
  return 'code' in answer && answer.code === 'ETIMEDOUT';
}
