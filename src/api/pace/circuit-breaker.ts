/** After this many consecutive rounds of failed requests, the server is considered unreachable. */
const maxFailedRounds = 3;

/**
 * Distinguishes a server that replies from one that does not: at the start, and after several rounds of
 * failures, no reply is expected until one arrives. A round is the requests that were in flight together.
 */
export class CircuitBreaker {
  #open = true;
  #failedProbes = 0;
  #failedRounds = 0;
  #roundStart = 0;

  /** No reply is expected, so requests are sent one at a time. */
  get open(): boolean {
    return this.#open;
  }

  /** Consecutive failed requests while no reply was expected. */
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

  /** The server asked for a pause, which shows that it is up, unless it never does anything else. */
  throttled(): void {
    if (this.#open) this.#failedProbes++;
  }
}
