/** The rate doubles after this many accepted calls and this many milliseconds. */
const doubling = { calls: 4, ms: 150 } as const;
/**
 * The limit is found when this many of at most so many replies, counted from the first refusal, are refusals.
 */
const found = { refusals: 4, replies: 10 } as const;

/**
 * Finds out about how many calls per second the server accepts: doubles the rate until many calls are
 * refused. A single refusal proves nothing, because some servers refuse calls at random.
 */
export class RateSearch {
  /** Calls per second. */
  rate: number;
  #since: { readonly at: number; accepted: number };
  /** Replies since the first refusal at this rate. */
  #replies: { accepted: number; refused: number } | undefined;

  constructor(rate: number, now: number) {
    this.rate = rate;
    this.#since = { at: now, accepted: 0 };
  }

  /**
   * A call at this rate was accepted. `max`: not to be exceeded by doubling. Returns whether the rate was
   * doubled.
   */
  accepted(now: number, max: number): boolean {
    if (this.#replies) {
      this.#replies.accepted++;
      if (this.#replies.accepted + this.#replies.refused >= found.replies) this.#replies = undefined;
      return false;
    }
    if (2 * this.rate > max) return false;
    if (++this.#since.accepted < doubling.calls || now - this.#since.at < doubling.ms) return false;
    this.rate *= 2;
    this.#since = { at: now, accepted: 0 };
    return true;
  }

  /** A call at this rate was refused. Returns the estimate of the limit, once it is found. */
  refused(): number | undefined {
    this.#replies ??= { accepted: 0, refused: 0 };
    const { accepted, refused } = this.#replies;
    this.#replies.refused = refused + 1;
    if (this.#replies.refused < found.refusals) {
      if (accepted + refused + 1 >= found.replies) this.#replies = undefined;
      return undefined;
    }
    // The first reply was chosen because it was a refusal.
    return this.rate * Math.min(0.95, (accepted + 0.5) / (accepted + refused));
  }
}
