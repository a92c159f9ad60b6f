import type { Clock } from '../../clock.ts';
import { backoffMs } from '../retry/backoff.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { LearnedRate } from './learned-rate.ts';
import { type LimitedBy, LimitTracker, type Throughput } from './limit-tracker.ts';
import type { AcquireOptions, Feedback, Pacer, PaceSettings, Permit } from './pacer.ts';

/** Replies to calls of another kind, in a row, after which that kind is the main one. */
const othersToSwitch = 16;

/** Pauses that would end no later than this many times the pause that is left belong to the same wave. */
const sameWave = 1.1;

interface Waiter {
  readonly bytes: number;
  readonly start: () => void;
  readonly fail: (reason: unknown) => void;
}

/** A request that was started. */
interface Started {
  /** Of all requests, in the order in which they started. */
  readonly number: number;
  /** On the monotonic clock. */
  readonly at: number;
  /** Requests in flight, itself included. */
  readonly inFlight: number;
  readonly kind: string;
}

/**
 * Decides when the next request may start. It follows how many requests in flight the server can use, how many per second
 * it accepts, the user's own limits, and pauses that the server asks for. While no reply is expected (at the start, and
 * after several rounds of failures) requests go one at a time with growing pauses, so a wrong key or a dead server is met
 * once, not by every call.
 */
export class Throttle implements Pacer {
  readonly #clock: Clock;
  readonly #settings: PaceSettings;
  readonly #waiting: Waiter[] = [];
  readonly #halt = new AbortController();
  readonly #breaker = new CircuitBreaker();
  readonly #concurrency: ConcurrencyLimit;
  readonly #rate = new LearnedRate();
  readonly #tracker = new LimitTracker();
  #inFlight = 0;
  #started = 0;
  /** Pauses in a row that were not followed by a reply. */
  #pauses = 0;
  #pausedUntil = 0;
  /** When the user's own limits let the next request start. */
  #nextByCount = 0;
  #nextByBytes = 0;
  #timer: AbortController | undefined;
  #kind: string | undefined;
  #othersInRow = 0;

  constructor(settings: PaceSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#concurrency = new ConcurrencyLimit(settings.concurrency);
  }

  get limit(): number {
    return this.#breaker.open || this.#rate.isProbing ? 1 : this.#concurrency.current;
  }

  throughput(): Throughput {
    const accepted = this.#rate.perSecond;
    const summary = this.#tracker.summary(this.#clock.monotonic());
    return { ...summary, ...(accepted === undefined ? {} : { acceptedPerSecond: accepted }) };
  }

  get failedProbes(): number {
    return this.#breaker.failedProbes;
  }

  get halted(): AbortSignal {
    return this.#halt.signal;
  }

  acquire({ signal, first = false, bytes = 0, kind = '' }: AcquireOptions = {}): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const halted = this.#halt.signal;
      if (halted.aborted || signal?.aborted) {
        reject(halted.aborted ? halted.reason : signal?.reason);
        return;
      }
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        // Without a waiter the timer of a long pause would only keep the process alive.
        this.#pump();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        bytes,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#permit(kind));
        },
        fail: (reason: unknown) => {
          signal?.removeEventListener('abort', onAbort);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (first) this.#waiting.unshift(waiter);
      else this.#waiting.push(waiter);
      this.#pump();
    });
  }

  halt(reason: unknown): void {
    this.#halt.abort(reason);
    for (const { fail } of this.#waiting.splice(0)) fail(this.#halt.signal.reason);
    this.#pump();
  }

  #permit(kind: string): Permit {
    const started: Started = {
      number: this.#started++,
      at: this.#clock.monotonic(),
      inFlight: ++this.#inFlight,
      kind,
    };
    this.#rate.began(started.at);
    let held = true;
    return {
      release: (feedback) => {
        if (!held) return;
        held = false;
        this.#inFlight--;
        // Before the next request starts, which may have to wait.
        if (feedback) this.#learn(feedback, started);
        this.#pump();
      },
    };
  }

  #learn(feedback: Feedback, request: Started): void {
    if (feedback.kind === 'replied') this.#replied(request);
    else if (feedback.kind === 'throttled') this.#throttled(feedback, request);
    else {
      this.#failed(request);
      if (feedback.kind === 'overloaded') this.#overloaded(feedback, request);
    }
  }

  #replied({ number, at, inFlight, kind }: Started): void {
    const now = this.#clock.monotonic();
    const latency = now - at;
    this.#breaker.replied();
    this.#pauses = 0;
    this.#rate.accepted({ now, number, latency }, this.#started);
    if (this.#isMainKind(kind)) this.#concurrency.answered({ number, latency, inFlight }, this.#started);
  }

  /** The latency of one kind of call says nothing about another: only the kind that most replies are of counts. */
  #isMainKind(kind: string): boolean {
    this.#kind ??= kind;
    this.#othersInRow = kind === this.#kind ? 0 : this.#othersInRow + 1;
    if (this.#othersInRow < othersToSwitch) return kind === this.#kind;
    this.#kind = kind;
    this.#othersInRow = 0;
    this.#concurrency.forgetLatency(this.#started);
    return true;
  }

  #overloaded(feedback: Feedback & { kind: 'overloaded' }, { number }: Started): void {
    this.#concurrency.overloaded(number, this.#started);
    if (feedback.retryAfterMs !== undefined) this.#pause(feedback.retryAfterMs, feedback.reason);
  }

  #failed({ number }: Started): void {
    this.#breaker.failed(number, this.#started);
    if (!this.#breaker.open) return;
    const wait = backoffMs(Math.max(1, this.#breaker.failedProbes), this.#clock.random());
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonic() + wait);
  }

  #throttled(feedback: Feedback & { kind: 'throttled' }, { number }: Started): void {
    this.#breaker.throttled();
    // Until the rate is known; then it is the rate that has to fall.
    if (this.#rate.perSecond === undefined) this.#concurrency.overloaded(number, this.#started);
    const now = this.#clock.monotonic();
    if (!this.#rate.refused({ now, number, started: this.#started })) return;
    const ms = feedback.retryAfterMs || backoffMs(this.#pauses + 1, this.#clock.random());
    this.#pause(ms, feedback.reason);
  }

  /** No request starts for `ms`. Requests that were in flight together usually ask for about the same pause. */
  #pause(ms: number, reason: string): void {
    const now = this.#clock.monotonic();
    const until = now + ms;
    const left = this.#pausedUntil - now;
    if (left <= 0) this.#pauses++;
    if (ms <= left * sameWave) return;
    this.#pausedUntil = until;
    this.#settings.onPause?.(until, reason);
  }

  #pump(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    let cause: LimitedBy = 'machine';
    while (this.#waiting.length > 0) {
      if (this.#inFlight >= this.limit) {
        cause = this.#concurrencyCause();
        break;
      }
      const next = this.#nextStart(now);
      if (next.at > now) {
        cause = next.cause;
        this.#wakeAfter(next.at - now);
        break;
      }
      const waiter = this.#waiting.shift()!;
      const { requestsPerSecond, bytesPerSecond } = this.#settings;
      if (requestsPerSecond) this.#nextByCount = Math.max(now, this.#nextByCount) + 1000 / requestsPerSecond;
      if (bytesPerSecond)
        this.#nextByBytes = Math.max(now, this.#nextByBytes) + (1000 * waiter.bytes) / bytesPerSecond;
      waiter.start();
    }
    this.#tracker.note(now, cause, this.#inFlight);
  }

  #nextStart(now: number): { readonly at: number; readonly cause: LimitedBy } {
    const server = Math.max(this.#pausedUntil, this.#rate.nextStart(now));
    const own = Math.max(this.#nextByCount, this.#nextByBytes);
    if (server >= own) return { at: server, cause: 'server' };
    const cause = this.#nextByCount >= this.#nextByBytes ? 'requests-per-second' : 'bytes-per-second';
    return { at: own, cause };
  }

  #concurrencyCause(): LimitedBy {
    if (this.#breaker.open || this.#rate.isProbing || this.#concurrency.isSaturated) return 'server';
    return this.#settings.concurrencyIsChosen && this.limit === this.#settings.concurrency
      ? 'concurrency'
      : 'latency';
  }

  #wakeAfter(ms: number): void {
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(ms, timer.signal).then(
      () => this.#pump(),
      () => {},
    );
  }
}
