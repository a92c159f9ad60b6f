import type { Clock } from '../../clock.ts';
import { backoffMs } from '../retry/backoff.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { LearnedRate } from './learned-rate.ts';
import type { Feedback, PaceSettings } from './pacer.ts';

/** A request that was started. */
export interface Started {
  /** Of all requests, in the order in which they started. */
  readonly number: number;
  /** On the monotonic clock. */
  readonly at: number;
  /** Requests in flight, including itself. */
  readonly inFlight: number;
  readonly kind: string;
}

/** After this many consecutive replies to calls of another kind, that kind becomes the main one. */
const othersToSwitch = 16;

/** Pauses that would end within this multiple of the remaining pause belong to the same wave. */
const sameWave = 1.1;

/**
 * What is known about the server: how many concurrent requests it can handle, how many per second it accepts,
 * and until when it asked for a pause. While no reply is expected (at the start, and after several rounds of
 * failures), requests are sent one at a time with growing pauses, so that a wrong key or a dead server fails
 * one call, not all of them.
 */
export class ServerModel {
  readonly #clock: Clock;
  readonly #onPause: PaceSettings['onPause'];
  readonly #breaker = new CircuitBreaker();
  readonly #concurrency: ConcurrencyLimit;
  readonly #rate: LearnedRate;
  #requests = 0;
  /** Consecutive pauses without a reply in between. */
  #pauses = 0;
  #pausedUntil = 0;
  #kind: string | undefined;
  #othersInRow = 0;

  constructor({ concurrency, onPause }: Pick<PaceSettings, 'concurrency' | 'onPause'>, clock: Clock) {
    this.#clock = clock;
    this.#onPause = onPause;
    this.#concurrency = new ConcurrencyLimit(concurrency);
    this.#rate = new LearnedRate(() => clock.random());
  }

  /** Max requests in flight now. */
  get limit(): number {
    return this.#isProbing ? 1 : this.#concurrency.current;
  }

  /** Whether the server, rather than the maximum, keeps `limit` low. */
  get limitsConcurrency(): boolean {
    return this.failedProbes > 0 || this.#rate.isProbing || this.#concurrency.isSaturated;
  }

  get failedProbes(): number {
    return this.#breaker.failedProbes;
  }

  /** Requests per second that the server accepts; undefined if it refused none. */
  get acceptedPerSecond(): number | undefined {
    return this.#rate.perSecond;
  }

  /** When the next request may start, on the monotonic clock. */
  nextStart(now: number): number {
    return Math.max(this.#pausedUntil, this.#rate.nextStart(now));
  }

  /** A request starts. `inFlight`: including this request. */
  started(at: number, { inFlight, kind }: Pick<Started, 'inFlight' | 'kind'>): Started {
    this.#rate.began(at);
    return { number: this.#requests++, at, inFlight, kind };
  }

  get #isProbing(): boolean {
    return this.#breaker.open || this.#rate.isProbing;
  }

  learn(feedback: Feedback, request: Started): void {
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
    this.#rate.accepted({ now, number, latency }, this.#requests);
    if (this.#isMainKind(kind)) this.#concurrency.answered({ number, latency, inFlight }, this.#requests);
  }

  /**
   * Only the most common kind of call counts, because the latency of one kind tells nothing about another.
   */
  #isMainKind(kind: string): boolean {
    this.#kind ??= kind;
    this.#othersInRow = kind === this.#kind ? 0 : this.#othersInRow + 1;
    if (this.#othersInRow < othersToSwitch) return kind === this.#kind;
    this.#kind = kind;
    this.#othersInRow = 0;
    this.#concurrency.forgetLatency(this.#requests);
    return true;
  }

  #overloaded(feedback: Feedback & { kind: 'overloaded' }, { number }: Started): void {
    this.#concurrency.overloaded(number, this.#requests);
    if (feedback.retryAfterMs !== undefined) this.#pause(feedback.retryAfterMs, feedback.reason);
  }

  #failed({ number }: Started): void {
    this.#breaker.failed(number, this.#requests);
    if (!this.#breaker.open) return;
    const wait = backoffMs(Math.max(1, this.#breaker.failedProbes), this.#clock.random());
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonic() + wait);
  }

  #throttled(feedback: Feedback & { kind: 'throttled' }, { number }: Started): void {
    this.#breaker.throttled();
    // Only until the rate is known. After that, the rate is lowered instead.
    if (this.#rate.perSecond === undefined) this.#concurrency.overloaded(number, this.#requests);
    const now = this.#clock.monotonic();
    if (!this.#rate.refused({ now, number, started: this.#requests, retryAfterMs: feedback.retryAfterMs }))
      return;
    const ms = feedback.retryAfterMs || this.#rate.backoffMs(now, this.#pauses + 1);
    this.#pause(ms, feedback.reason);
  }

  /**
   * No request starts for `ms`. Requests that were in flight together usually ask for about the same pause.
   */
  #pause(ms: number, reason: string): void {
    const now = this.#clock.monotonic();
    const until = now + ms;
    const left = this.#pausedUntil - now;
    if (left <= 0) this.#pauses++;
    if (ms <= left * sameWave) return;
    this.#pausedUntil = until;
    this.#onPause?.(until, reason);
  }
}
