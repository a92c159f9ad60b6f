import type { Clock } from '../clock.ts';
import { UsageError } from '../errors.ts';
import type { OpenFile } from '../files/disk.ts';
import { appendDurably, openToAppend, orOutputError, reasonOf } from '../files/write.ts';
import type { IdEnd } from './settings.ts';

/** Proof of what was deleted: one NDJSON line for each id. Added to, never replaced; readable by its owner only. */
export class Receipt {
  readonly #path: string;
  readonly #handle: OpenFile;
  readonly #server: string;
  readonly #clock: Clock;

  private constructor(path: string, handle: OpenFile, { server, clock }: { server: string; clock: Clock }) {
    this.#path = path;
    this.#handle = handle;
    this.#server = server;
    this.#clock = clock;
  }

  /** Throws UsageError for a file that cannot be written. */
  static async open(path: string, told: { server: string; clock: Clock }): Promise<Receipt> {
    const handle = await openToAppend(path).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`The receipt file ${path} cannot be written: ${reasonOf(error)}.`);
    });
    return new Receipt(path, handle, told);
  }

  async write(ends: readonly IdEnd[]): Promise<void> {
    const time = new Date(this.#clock.now()).toISOString();
    const lines = ends.map(({ id, outcome, taskId, interactions, reason }) => {
      const line = {
        time,
        user_id: id,
        server: this.#server,
        task_id: taskId ?? null,
        outcome,
        interactions,
      };
      return `${JSON.stringify(reason === undefined ? line : { ...line, reason })}\n`;
    });
    await orOutputError(appendDurably(this.#handle, lines.join('')), {
      name: `The receipt file ${this.#path}`,
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
