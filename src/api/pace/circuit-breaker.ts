/** Rounds of failed requests in a row after which the server is taken for unreachable. */
const maxFailedRounds = 3;

/**
 * Tells a server that replies from one that does not: at the start, and after several rounds of failures, no reply is
 * expected until there is one. A round is what was in flight together.
 */
export class CircuitBreaker {
  #open = true;
  #failedProbes = 0;
  #failedRounds = 0;
  #roundStart = 0;

  /** No reply is expected: one request at a time is enough to find out. */
  get open(): boolean {
    return this.#open;
  }

  /** Requests that failed in a row while no reply was expected. */
  get failedProbes(): number {
    return this.#failedProbes;
  }

  replied(): void {
    this.#open = false;
    this.#failedProbes = 0;
    this.#failedRounds = 0;
  }

  /** A request failed. `number`: of the request. `started`: requests so far. */
  failed(number: number, started: number): void {
    if (this.#open) {
      this.#failedProbes++;
    } else if (number >= this.#roundStart) {
      this.#roundStart = started;
      this.#open = ++this.#failedRounds >= maxFailedRounds;
    }
  }

  /** The server asked for a pause, which shows that it is there, unless it never does anything else. */
  throttled(): void {
    if (this.#open) this.#failedProbes++;
  }
}
