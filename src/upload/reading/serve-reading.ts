import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { InputError, summaryOfError } from '../../errors.ts';
import { openInput } from '../../input/open.ts';
import { createRecordMapper } from '../../records/record-mapper.ts';
import { packBatch, packRejection } from '../batching/packed.ts';
import type { Portion } from '../batching/portion.ts';
import { Ranges } from '../journal/ranges.ts';
import { LocalReading, type Reading } from './read.ts';
import {
  messagesAhead,
  type PackedPortion,
  type ReadingJob,
  type ReadingMessage,
  type ThreadError,
} from './reading-job.ts';

/** Waits for a job, reads its inputs, maps their records and hands the records to the thread at the other end of `port`. */
export async function serveReading(port: MessagePort): Promise<void> {
  const [job] = (await once(port, 'message')) as [ReadingJob];
  const mapper = createRecordMapper(job.columns);
  const files = job.inputs.map(({ file }) => file);
  const inputs = job.inputs.map(({ ref, file }) => ({ ref, file, plan: mapper.plan(file, files) }));
  const open = ({ ref }: (typeof inputs)[number], onBytes: (raw: Buffer) => void) =>
    openInput(ref, job.read, { onBytes });
  const warn = (text: string) => port.postMessage({ kind: 'warning', text } satisfies ReadingMessage);
  const { hashed, limits } = job;
  const rules = { limits, done: new Ranges(job.done) };
  const reading = new LocalReading({ inputs, mapper, open }, { rules, hashed, warn });
  const credit = new Credit(port);
  const packs = new Packs((message, transfer) => port.postMessage(message, transfer), reading);
  let error: ThreadError | undefined;
  try {
    for await (const portion of reading.portions()) {
      if (packs.add(portion)) await credit.spend();
    }
  } catch (thrown) {
    error = threadError(thrown);
  }
  // What was read before a fault is good.
  packs.send();
  const end = { kind: 'end', bytesRead: reading.bytesRead(), warnings: reading.warnings() } as const;
  port.postMessage((error ? { ...end, error } : end) satisfies ReadingMessage);
  port.close();
}

/** Portions that go in one message: each message wakes both threads, however little it holds. */
const portionsPerMessage = 4;

/** Portions that are packed and wait for others to go with them: packed at once, for as strings they would grow old. */
class Packs {
  readonly #post: (message: ReadingMessage, transfer: ArrayBuffer[]) => void;
  readonly #reading: Reading;
  #portions: PackedPortion[] = [];
  #transfer: ArrayBuffer[] = [];
  #begun = false;

  constructor(post: (message: ReadingMessage, transfer: ArrayBuffer[]) => void, reading: Reading) {
    this.#post = post;
    this.#reading = reading;
  }

  /** True when that was enough for a message. */
  add({ refused, batches, ...counts }: Portion): boolean {
    this.#portions.push({
      ...counts,
      refused: refused.map(({ position, rejection }) => ({ position, rejection: packRejection(rejection) })),
      batches: batches.map((batch) => packBatch(batch, this.#transfer)),
    });
    // The first batch is waited for.
    const enough = this.#portions.length === portionsPerMessage || (!this.#begun && batches.length > 0);
    return enough && this.send();
  }

  send(): boolean {
    if (this.#portions.length === 0) return false;
    const read = { bytesRead: this.#reading.bytesRead(), marks: this.#reading.marks() };
    this.#post({ kind: 'portions', portions: this.#portions, ...read }, this.#transfer);
    this.#begun = true;
    this.#portions = [];
    this.#transfer = [];
    return true;
  }
}

/** How many messages may still be sent before one of those on the way was taken. */
class Credit {
  #left = messagesAhead;
  #waiting: (() => void) | undefined;

  constructor(port: MessagePort) {
    port.on('message', () => {
      this.#left++;
      this.#waiting?.();
    });
  }

  async spend(): Promise<void> {
    this.#left--;
    if (this.#left > 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
  }
}

function threadError(error: unknown): ThreadError {
  return {
    ...summaryOfError(error),
    ...(error instanceof InputError ? { place: error.place } : {}),
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  };
}
