import type { Clock } from '../../clock.ts';
import { backoffMs } from '../retry/backoff.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Feedback, Pacer, PaceSettings, Permit } from './pacer.ts';

interface Waiter {
  readonly start: () => void;
  readonly fail: (reason: unknown) => void;
}

/** Refusals that would extend a pause by no more than this share of it belong to the same wave. */
const sameWave = 0.1;

/**
 * Decides when the next request may start: how many at once (additive increase, multiplicative decrease), how many per
 * second, and none during a pause that the server asked for. While no reply is expected (at the start, and after several
 * rounds of failures) requests go one at a time with growing pauses, so a wrong key or a dead server is met once, not
 * by every call. One throttle serves all calls of a session.
 */
export class Throttle implements Pacer {
  readonly #clock: Clock;
  readonly #settings: PaceSettings;
  readonly #waiting: Waiter[] = [];
  readonly #halt = new AbortController();
  readonly #breaker = new CircuitBreaker();
  #limit: number;
  /** Waves of 429s in a row. */
  #throttledWaves = 0;
  #inFlight = 0;
  #started = 0;
  /** Requests numbered below this started before the last decrease, and say nothing new about load. */
  #decreasedAt = 0;
  #pausedUntil = 0;
  #pausedFor = 0;
  #nextStart = 0;
  #timer: AbortController | undefined;

  constructor(settings: PaceSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#limit = settings.concurrency;
  }

  /** How many requests may be in flight now. */
  get limit(): number {
    return this.#breaker.open ? 1 : Math.max(1, Math.floor(this.#limit));
  }

  get failedProbes(): number {
    return this.#breaker.failedProbes;
  }

  get halted(): AbortSignal {
    return this.#halt.signal;
  }

  acquire({
    signal,
    first = false,
  }: {
    signal?: AbortSignal | undefined;
    first?: boolean;
  } = {}): Promise<Permit> {
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
      const waiter = {
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#permit());
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

  #permit(): Permit {
    const number = this.#started++;
    this.#inFlight++;
    let held = true;
    return {
      release: (feedback) => {
        if (!held) return;
        held = false;
        this.#inFlight--;
        // Before the next request starts, which may have to wait.
        if (feedback) this.#learn(feedback, number);
        this.#pump();
      },
    };
  }

  #learn(feedback: Feedback, number: number): void {
    const { kind } = feedback;
    if (kind === 'replied') this.#succeeded();
    if (kind === 'overloaded' || kind === 'throttled') this.#decrease(number);
    if (kind === 'failed' || kind === 'overloaded') this.#failed(number);
    if (kind === 'throttled') this.#pause(feedback.retryAfterMs, feedback.reason);
  }

  /** One more at once for each round of replies. */
  #succeeded(): void {
    const wasOpen = this.#breaker.open;
    this.#breaker.replied();
    this.#throttledWaves = 0;
    if (!wasOpen) this.#limit = Math.min(this.#settings.concurrency, this.#limit + 1 / this.#limit);
  }

  #failed(number: number): void {
    this.#breaker.failed(number, this.#started);
    if (!this.#breaker.open) return;
    const wait = backoffMs(Math.max(1, this.#breaker.failedProbes), this.#clock.random());
    this.#nextStart = Math.max(this.#nextStart, this.#clock.monotonic() + wait);
  }

  /** Half as many at once, once for requests that were in flight together. */
  #decrease(number: number): void {
    if (this.#breaker.open || number < this.#decreasedAt) return;
    this.#decreasedAt = this.#started;
    this.#limit = Math.max(1, this.#limit / 2);
  }

  /**
   * No request starts until the pause is over. During a pause only requests that were in flight with the first refused one can be
   * refused: a pause of about the same end says nothing new.
   */
  #pause(retryAfterMs: number | undefined, reason: string): void {
    this.#breaker.throttled();
    const now = this.#clock.monotonic();
    const isNewWave = now >= this.#pausedUntil;
    const ms = retryAfterMs || backoffMs(this.#throttledWaves + (isNewWave ? 1 : 0), this.#clock.random());
    const until = now + ms;
    if (!isNewWave && until <= this.#pausedUntil + this.#pausedFor * sameWave) return;
    if (isNewWave) this.#throttledWaves++;
    this.#pausedFor = ms;
    this.#pausedUntil = until;
    this.#settings.onPause?.(until, reason);
  }

  #pump(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#inFlight < this.limit) {
      const now = this.#clock.monotonic();
      const start = Math.max(this.#pausedUntil, this.#nextStart);
      if (start > now) {
        this.#wakeAfter(start - now);
        return;
      }
      const rate = this.#settings.requestsPerSecond;
      if (rate !== undefined) this.#nextStart = Math.max(now, this.#nextStart) + 1000 / rate;
      this.#waiting.shift()?.start();
    }
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
