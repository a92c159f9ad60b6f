import { InputError, UsageError } from '../../errors.ts';
import type { RecordWarning } from '../../records/record-mapper.ts';
import { UnpackedBatch, unpackRejection } from '../batching/packed.ts';
import type { Portion } from '../batching/portion.ts';
import type { Progress } from '../journal/journal-format.ts';
import type { Reading } from './read.ts';
import type { ReadingJob, ThreadError } from './reading-job.ts';
import type { ReadingThread } from './reading-thread.ts';

/** Reading in a thread of its own: parsing and checking go on while calls are sent. */
export class ThreadReading implements Reading {
  readonly #thread: ReadingThread;
  readonly #job: ReadingJob;
  readonly #warn: (text: string) => void;
  /** The latest mark of each input that was read further since marks were last asked for. */
  readonly #fresh = new Map<number, Progress['read'][number]>();
  #bytesRead = 0;
  #warnings: readonly RecordWarning[] = [];
  #stopped = false;

  constructor(
    thread: ReadingThread,
    { job, warn }: { readonly job: ReadingJob; readonly warn: (text: string) => void },
  ) {
    this.#thread = thread;
    this.#job = job;
    this.#warn = warn;
  }

  async *portions(): AsyncGenerator<Portion> {
    if (this.#stopped) return;
    const thread = this.#thread;
    thread.begin(this.#job);
    const files = this.#job.inputs.map(({ file }) => file);
    try {
      for (;;) {
        const message = await thread.next();
        if (this.#stopped) return;
        if (message === undefined) throw new Error('The reading thread ended before it had read everything.');
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
        for (const mark of message.marks) this.#fresh.set(mark[0], mark);
        thread.taken();
        for (const { refused, batches, ...counts } of message.portions) {
          if (this.#stopped) return;
          yield {
            ...counts,
            refused: refused.map(({ position, rejection }) => ({
              position,
              rejection: unpackRejection(rejection, files),
            })),
            batches: batches.map((packed) => new UnpackedBatch(packed, files)),
          };
        }
      }
    } finally {
      await thread.stop();
    }
  }

  stop(): void {
    this.#stopped = true;
    void this.#thread.stop();
  }

  bytesRead(): number {
    return this.#bytesRead;
  }

  marks(): Progress['read'] {
    const marks = [...this.#fresh.values()];
    this.#fresh.clear();
    return marks;
  }

  warnings(): readonly RecordWarning[] {
    return this.#warnings;
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
