/** How many calls are accepted. Others are answered with 429. */
export interface RateOptions {
  readonly perSecond: number;
  /** Max calls at once. Default: the calls of one second, at least one. */
  readonly burst?: number;
  /** Milliseconds. Count calls in fixed windows of this length instead of a token bucket. */
  readonly window?: number;
  /** Whether a 429 has a Retry-After header. Default: true. */
  readonly retryAfter?: boolean;
}

export interface RateLimit {
  /**
   * Counts a call at `now` (ms). Returns 0 if it is accepted, otherwise the whole seconds until a call will
   * be. `factor` scales the rate.
   */
  take(now: number, factor: number): number;
}

export function createRateLimit(options: RateOptions, now: number): RateLimit {
  return options.window === undefined
    ? new TokenBucket(options, now)
    : new FixedWindow(options.perSecond, options.window, now);
}

/** Starts full and refills evenly. */
class TokenBucket implements RateLimit {
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #refilledAt: number;

  constructor({ perSecond, burst = perSecond }: RateOptions, now: number) {
    this.#perSecond = perSecond;
    this.#capacity = Math.max(1, burst);
    this.#tokens = this.#capacity;
    this.#refilledAt = now;
  }

  take(now: number, factor: number): number {
    const perSecond = this.#perSecond * factor;
    const elapsed = Math.max(0, now - this.#refilledAt);
    this.#tokens = Math.min(this.#capacity, this.#tokens + (elapsed / 1000) * perSecond);
    this.#refilledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - this.#tokens) / perSecond));
  }
}

/** Allows a number of calls in each window. Windows are consecutive, without gaps. */
class FixedWindow implements RateLimit {
  readonly #perWindow: number;
  readonly #windowMs: number;
  #startedAt: number;
  #taken = 0;

  constructor(perSecond: number, windowMs: number, now: number) {
    this.#perWindow = (perSecond * windowMs) / 1000;
    this.#windowMs = windowMs;
    this.#startedAt = now;
  }

  take(now: number, factor: number): number {
    const passed = Math.max(0, Math.floor((now - this.#startedAt) / this.#windowMs));
    if (passed > 0) {
      this.#startedAt += passed * this.#windowMs;
      this.#taken = 0;
    }
    if (this.#taken + 1 <= Math.max(1, this.#perWindow * factor)) {
      this.#taken += 1;
      return 0;
    }
    return Math.max(1, Math.ceil((this.#startedAt + this.#windowMs - now) / 1000));
  }
}
