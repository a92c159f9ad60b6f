/** The first items of a sequence. */
export interface Start<T> {
  readonly head: readonly T[];
  /** The sequence ended within the head. */
  readonly complete: boolean;
  /** The error that the sequence threw within the head. Reading throws it again after the head. */
  readonly failure: unknown;
}

/** A sequence of texts or buffers whose start can be examined before it is read. Can be read once. */
export class Lookahead<T extends { readonly length: number }> implements AsyncIterableIterator<T> {
  readonly #items: AsyncGenerator<T>;
  readonly #options: { readonly copy?: (item: T) => T; readonly onItem?: (item: T) => void };
  /** Examined, but not read yet. */
  #head: T[] = [];
  #length = 0;
  #complete = false;
  #failure: unknown;

  /**
   * `onItem` is called with each item when it arrives. `copy` copies items whose memory is reused once the
   * next one is requested.
   */
  constructor(
    items: AsyncGenerator<T>,
    options: { readonly copy?: (item: T) => T; readonly onItem?: (item: T) => void } = {},
  ) {
    this.#items = items;
    this.#options = options;
  }

  /** Examines items until they have `length` elements together, the sequence ends, or it fails. */
  async peek(length: number): Promise<Start<T>> {
    while (this.#length < length && !this.#complete && this.#failure === undefined) {
      try {
        const { value, done } = await this.#take();
        this.#complete = done === true;
        if (done) break;
        this.#head.push(this.#options.copy?.(value) ?? value);
        this.#length += value.length;
      } catch (error) {
        this.#failure = error;
      }
    }
    return { head: [...this.#head], complete: this.#complete, failure: this.#failure };
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    // Removed from the head, so that it is not held while gigabytes follow.
    const value = this.#head.shift();
    if (value !== undefined) return { value, done: false };
    if (this.#failure !== undefined) throw this.#failure;
    return this.#complete ? { value: undefined, done: true } : await this.#take();
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#head = [];
    this.#complete = true;
    await this.#items.return(undefined);
    return { value: undefined, done: true };
  }

  async #take(): Promise<IteratorResult<T, undefined>> {
    const next = await this.#items.next();
    if (!next.done) this.#options.onItem?.(next.value);
    return next;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
