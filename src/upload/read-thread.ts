import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { InputError, UsageError } from '../errors.ts';
import type { ShapeWarning } from '../records/shape.ts';
import type { Progress } from './journal-format.ts';
import { unpack } from './packed.ts';
import type { Chunk, Reading } from './read.ts';
import type { ReadingJob, ReadingMessage, ThreadError } from './reading-job.ts';

/**
 * Chunks after which no thread's space for new objects grows further. Left to itself it grows to 32 MB, and what waits in
 * it to be freed, buffers outside the heap included, with it; kept smaller from the start it costs a third of the speed.
 */
const warmUpChunks = 8;

/** Reading in a thread of its own: parsing and checking go on while calls are sent. */
export class ThreadReading implements Reading {
  readonly #script: string;
  readonly #job: ReadingJob;
  readonly #warn: (text: string) => void;
  /** The latest mark of each input that was read further since marks were last asked for. */
  readonly #fresh = new Map<number, Progress['read'][number]>();
  #worker: Worker | undefined;
  #bytesRead = 0;
  #warnings: readonly ShapeWarning[] = [];
  #stopped = false;

  /** @param script The file of the thread's program, which calls `serveReading`. */
  constructor(
    script: string,
    { job, warn }: { readonly job: ReadingJob; readonly warn: (text: string) => void },
  ) {
    this.#script = script;
    this.#job = job;
    this.#warn = warn;
  }

  async *chunks(): AsyncGenerator<Chunk> {
    if (this.#stopped) return;
    const worker = new Worker(this.#script, {
      workerData: this.#job,
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    // Buffers outside the heap are freed when its old part is looked through: that is to begin early.
    setFlagsFromString('--incremental-marking-hard-trigger=30');
    let taken = 0;
    this.#worker = worker;
    const messages = new Inbox(worker);
    const files = this.#job.inputs.map(({ file }) => file);
    try {
      for (;;) {
        const message = await messages.next();
        if (message === undefined || this.#stopped) return;
        if (message.kind === 'warning') {
          this.#warn(message.text);
          continue;
        }
        this.#bytesRead = message.bytesRead;
        if (message.kind === 'end') {
          this.#warnings = message.warnings;
          if (message.error) throw revived(message.error);
          return;
        }
        const file = files[message.packed.file]!;
        for (const mark of message.marks) this.#fresh.set(mark[0], mark);
        worker.postMessage('taken');
        if (++taken === warmUpChunks) setFlagsFromString('--semi-space-growth-factor=1');
        yield { file, position: message.position, records: unpack(message.packed, files) };
      }
    } finally {
      await worker.terminate();
    }
  }

  stop(): void {
    this.#stopped = true;
    void this.#worker?.terminate();
  }

  bytesRead(): number {
    return this.#bytesRead;
  }

  marks(): Progress['read'] {
    const marks = [...this.#fresh.values()];
    this.#fresh.clear();
    return marks;
  }

  warnings(): readonly ShapeWarning[] {
    return this.#warnings;
  }
}

/** Messages of a worker in their order, kept until they are asked for. */
class Inbox {
  readonly #messages: ReadingMessage[] = [];
  #failure: { readonly error: unknown } | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(worker: Worker) {
    worker.on('message', (message: ReadingMessage) => {
      this.#messages.push(message);
      this.#wake?.();
    });
    worker.on('error', (error) => {
      this.#failure = { error };
      this.#wake?.();
    });
    worker.on('exit', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  /** The next message; undefined when the worker has ended. Throws what the worker failed with. */
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
}

/** An error of the thread as one of this side's classes. */
function revived({ code, message, hint, place, stack }: ThreadError): Error {
  const options = hint === undefined ? {} : { hint };
  if (place) return new InputError(message, place, options);
  if (code === 'ERR_USAGE') return new UsageError(message, options);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
