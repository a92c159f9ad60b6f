import { type CapacityChange, capacityAt } from './capacity.ts';
import { createRateLimit, type RateLimit, type RateOptions } from './rate-limit.ts';
import { type WorkerOptions, WorkerPool } from './worker-pool.ts';

export interface LoadOptions {
  readonly rate?: RateOptions;
  readonly workers?: WorkerOptions;
  readonly capacity?: readonly CapacityChange[];
}

export interface LoadDeps {
  /** Milliseconds. */
  readonly clock: () => number;
  /** Waits; rejects when `signal` fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Simulates load: how many calls are accepted, and how long each takes. Without options: all calls, without
 * delay.
 */
export class ServerLoad {
  readonly #options: LoadOptions;
  readonly #deps: LoadDeps;
  readonly #startedAt: number;
  readonly #rate: RateLimit | undefined;
  readonly #pool: WorkerPool | undefined;

  constructor(options: LoadOptions, deps: LoadDeps) {
    const { rate, workers } = options;
    this.#options = options;
    this.#deps = deps;
    this.#startedAt = deps.clock();
    this.#rate = rate && createRateLimit(rate, this.#startedAt);
    this.#pool = workers && new WorkerPool(() => workers.count * this.#factor(), workers.queue);
  }

  /** Counts a call. Undefined if it is accepted, otherwise the value of Retry-After, if it is to be sent. */
  admit(): { readonly retryAfter: number | undefined } | undefined {
    const seconds = this.#rate?.take(this.#deps.clock(), this.#factor()) ?? 0;
    if (seconds === 0) return undefined;
    return { retryAfter: this.#options.rate?.retryAfter === false ? undefined : seconds };
  }

  /** Runs `work` at the end of its service time; undefined when the queue is full. */
  async serve<T>(records: number, closing: AbortSignal, work: () => T): Promise<T | undefined> {
    const { workers } = this.#options;
    if (this.#pool === undefined || workers === undefined) return work();
    return await this.#pool.run(async () => {
      await this.#deps.sleep(workers.ms + (workers.msPerRecord ?? 0) * records, closing);
      return work();
    });
  }

  #factor(): number {
    const { capacity } = this.#options;
    return capacity === undefined ? 1 : capacityAt(capacity, this.#deps.clock() - this.#startedAt);
  }
}
