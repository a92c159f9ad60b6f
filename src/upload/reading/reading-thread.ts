import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { ReadingJob, ReadingMessage } from './reading-job.ts';

/**
 * Messages after which no thread's space for new objects grows further. Left to itself it grows to 32 MB, and what waits in
 * it to be freed, buffers outside the heap included, with it; kept smaller from the start it costs a third of the speed.
 */
const warmUpMessages = 2;

/** A thread that reads, seen from the one that sends. It starts at once, and waits for its job. */
export class ReadingThread {
  readonly #worker: Worker;
  /** In their order, kept until they are asked for. */
  readonly #messages: ReadingMessage[] = [];
  #failure: { readonly error: unknown } | undefined;
  #ended = false;
  #wake: (() => void) | undefined;
  #taken = 0;

  /** @param script The file of the thread's program, which calls `serveReading`. */
  constructor(script: string) {
    this.#worker = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: 16 } });
    // Buffers outside the heap are freed when its old part is looked through: that is to begin early.
    setFlagsFromString('--incremental-marking-hard-trigger=30');
    this.#worker.on('message', (message: ReadingMessage) => {
      this.#messages.push(message);
      this.#wake?.();
    });
    this.#worker.on('error', (error) => {
      this.#failure = { error };
      this.#wake?.();
    });
    this.#worker.on('exit', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  /** To be called once. */
  begin(job: ReadingJob): void {
    this.#worker.postMessage(job);
  }

  /** The next message; undefined when the thread has ended. Throws what the thread failed with. */
  async next(): Promise<ReadingMessage | undefined> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** A message was taken: the thread may read on. */
  taken(): void {
    this.#worker.postMessage('taken');
    if (++this.#taken === warmUpMessages) setFlagsFromString('--semi-space-growth-factor=1');
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
