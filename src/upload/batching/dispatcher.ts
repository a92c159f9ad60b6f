import type { Batch } from './batch.ts';

export interface DispatcherOptions {
  /** Sends one batch, retries included, and resolves when each of its records has an outcome. */
  readonly send: (batch: Batch) => Promise<void>;
  /** Batches that may be unfinished at a time. Asked before each wait, so it may change during a run. */
  readonly maxBatches: () => number;
  /** Bytes of memory that unfinished batches may take. One batch may exceed it. */
  readonly maxBytes: number;
}

/**
 * Sends several batches at once, but never two that share an id: a batch waits until every earlier batch with
 * one of its ids has finished, so the last record of an id wins. `add` waits for room, which bounds memory.
 *
 * After a failure no further batch is sent. `add` and `finish` throw the first failure.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #unfinished = new Set<Promise<void>>();
  readonly #lastOfId = new Map<string, Promise<void>>();
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;
  #onFinished = () => {};

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Takes a batch and resolves when there is room for the next one. */
  async add(batch: Batch): Promise<void> {
    this.#start(batch);
    while (this.#isFull && !this.#failure) await this.#nextFinished();
    this.#throwFailure();
  }

  /** Takes a last batch, if there is one, and resolves when all batches have finished. */
  async finish(last?: Batch): Promise<void> {
    if (last) this.#start(last);
    await Promise.all(this.#unfinished);
    this.#throwFailure();
  }

  get #isFull(): boolean {
    const { maxBatches, maxBytes } = this.#options;
    return this.#unfinished.size >= maxBatches() || this.#bytes >= maxBytes;
  }

  #start(batch: Batch): void {
    const earlier = new Set<Promise<void>>();
    for (const { record } of batch.items) {
      const last = this.#lastOfId.get(record.id);
      if (last) earlier.add(last);
    }
    const finished = this.#sendAfter(earlier, batch);
    this.#unfinished.add(finished);
    this.#bytes += batch.memory;
    for (const { record } of batch.items) this.#lastOfId.set(record.id, finished);
    void finished.then(() => {
      this.#unfinished.delete(finished);
      this.#bytes -= batch.memory;
      for (const { record } of batch.items)
        if (this.#lastOfId.get(record.id) === finished) this.#lastOfId.delete(record.id);
      this.#onFinished();
    });
  }

  /** Never rejects: `add` and `finish` throw the failure. */
  async #sendAfter(earlier: ReadonlySet<Promise<void>>, batch: Batch): Promise<void> {
    await Promise.all(earlier);
    if (this.#failure) return;
    try {
      await this.#options.send(batch);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  /**
   * Promise.race would add a listener to the slowest batch each time, and keep it until the batch finishes.
   */
  #nextFinished(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFinished = resolve;
    });
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
