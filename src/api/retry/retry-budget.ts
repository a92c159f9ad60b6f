/** Limits of one call, as numbers of retries. */
interface RetryLimits {
  /** After failures of the call's own. */
  readonly own: number;
  /** After 429s. */
  readonly throttled: number;
}

/**
 * Counts the failures of one call and decides when to give up. A rate-limited call (429) is not at fault, so
 * it may wait as long as other calls succeed.
 */
export class RetryBudget {
  readonly #limits: RetryLimits;
  #own = 0;
  #throttled = 0;
  #retries = 0;
  /** Successes of all calls when this one began or last failed. */
  #successes: number;
  #othersSucceed = false;

  /** `successes`: of all calls so far. */
  constructor(limits: RetryLimits, successes: number) {
    this.#limits = limits;
    this.#successes = successes;
  }

  /** Whether another call succeeded between the last two failures. */
  get othersSucceed(): boolean {
    return this.#othersSucceed;
  }

  /** Retries so far. */
  get retries(): number {
    return this.#retries;
  }

  /** Counts a failure. Returns the number of failures in a row, or undefined if there are no retries left. */
  add(throttled: boolean, successes: number): number | undefined {
    this.#othersSucceed = successes > this.#successes;
    this.#successes = successes;
    const failures = throttled ? this.#addThrottled() : ++this.#own;
    if (failures > (throttled ? this.#limits.throttled : this.#limits.own)) return undefined;
    this.#retries++;
    return Math.max(1, failures);
  }

  #addThrottled(): number {
    this.#throttled = this.#othersSucceed ? 0 : this.#throttled + 1;
    return this.#throttled;
  }
}
