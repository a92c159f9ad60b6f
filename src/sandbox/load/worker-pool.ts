/** A server that handles a limited number of calls at a time. */
export interface WorkerOptions {
  readonly count: number;
  /** Milliseconds that each call takes. */
  readonly ms: number;
  /** Additional milliseconds per record or id of a call. Default: 0. */
  readonly msPerRecord?: number;
  /** Calls that may wait for a worker; further ones are answered with 503. Default: no limit. */
  readonly queue?: number;
}

/** Runs work on a limited number of workers, in the order of arrival. */
export class WorkerPool {
  readonly #limit: () => number;
  readonly #queueLimit: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  /** `limit`: the number of workers at this moment. */
  constructor(limit: () => number, queueLimit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#queueLimit = queueLimit;
  }

  /**
   * Runs `work` once a worker is free. Resolves with undefined, without running it, when the queue is full.
   */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.#startWaiting();
    if (!this.#hasFree()) {
      if (this.#waiting.length >= this.#queueLimit) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#busy += 1;
    }
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#startWaiting();
    }
  }

  #hasFree(): boolean {
    return this.#busy < Math.max(1, Math.floor(this.#limit()));
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0 && this.#hasFree()) {
      this.#busy += 1;
      this.#waiting.shift()?.();
    }
  }
}
