import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { InputError, summaryOfError } from '../errors.ts';
import { openInput } from '../input/open.ts';
import { createShaper } from '../records/shape.ts';
import { pack } from './packed.ts';
import { LocalReading } from './read.ts';
import { chunksAhead, type ReadingJob, type ReadingMessage, type ThreadError } from './reading-job.ts';

/** Waits for a job, reads and shapes its inputs and hands the records to the thread at the other end of `port`. */
export async function serveReading(port: MessagePort): Promise<void> {
  const [job] = (await once(port, 'message')) as [ReadingJob];
  const shaper = createShaper(job.shape);
  const files = job.inputs.map(({ file }) => file);
  const inputs = job.inputs.map(({ ref, file }) => ({ ref, file, plan: shaper.plan(file, files) }));
  const open = ({ ref }: (typeof inputs)[number], onBytes: (raw: Buffer) => void) =>
    openInput(ref, job.read, { onBytes });
  const warn = (text: string) => port.postMessage({ kind: 'warning', text } satisfies ReadingMessage);
  const reading = new LocalReading({ inputs, shaper, open }, { hashed: job.hashed, warn });
  const credit = new Credit(port);
  let error: ThreadError | undefined;
  try {
    for await (const { file, position, records } of reading.chunks()) {
      const { packed, transfer } = pack(records, file);
      const message = {
        kind: 'chunk',
        position,
        packed,
        bytesRead: reading.bytesRead(),
        marks: reading.marks(),
      } as const;
      port.postMessage(message satisfies ReadingMessage, transfer);
      await credit.spend();
    }
  } catch (thrown) {
    error = threadError(thrown);
  }
  const end = { kind: 'end', bytesRead: reading.bytesRead(), warnings: reading.warnings() } as const;
  port.postMessage((error ? { ...end, error } : end) satisfies ReadingMessage);
  port.close();
}

/** How many chunks may still be sent before one of those on the way was taken. */
class Credit {
  #left = chunksAhead;
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
