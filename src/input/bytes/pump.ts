import type { Transform } from 'node:stream';

/** A decompressor of node:zlib; `bytesWritten` counts the compressed bytes that it processed. */
export type Decompressor = Transform & { readonly bytesWritten: number };

// A few bytes can expand to gigabytes: the decompressor is paused while this much output waits.
const queueBytes = 1024 * 1024;

/**
 * Feeds a decompressor one slice at a time and returns its output, so that all output before a fault is
 * available. Piped streams drop their buffers when they fail.
 */
export class Pump {
  readonly #stream: Decompressor;
  #ready: Buffer[] = [];
  #readyBytes = 0;
  #ended = false;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(stream: Decompressor) {
    this.#stream = stream;
    stream.on('data', (data: Buffer) => {
      this.#ready.push(data);
      this.#readyBytes += data.length;
      if (this.#readyBytes >= queueBytes) {
        stream.pause();
        this.#wake();
      }
    });
    stream.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    stream.on('error', (error: Error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** True once the compressed data is complete. No more is accepted then. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Compressed bytes processed. */
  get consumed(): number {
    return this.#stream.bytesWritten;
  }

  /** The output of one slice. Throws the decompressor's error. */
  async *write(slice: Buffer): AsyncGenerator<Buffer> {
    let written = false;
    this.#stream.write(slice, () => {
      written = true;
      this.#wake();
    });
    yield* this.#until(() => written);
  }

  /** The output after the last slice. Throws if the compressed data is incomplete. */
  async *end(): AsyncGenerator<Buffer> {
    this.#stream.end();
    yield* this.#until(() => false);
  }

  /** Frees the decompressor's memory. */
  close(): void {
    this.#stream.destroy();
  }

  async *#until(done: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#readyBytes > 0) {
        const ready = this.#ready;
        this.#ready = [];
        this.#readyBytes = 0;
        yield* ready;
        this.#stream.resume();
      } else if (this.#failure) {
        throw this.#failure;
      } else if (this.#ended || done()) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
