import type { Clock } from '../../clock.ts';
import type { RejectedItem } from '../item.ts';
import type { Rejects } from '../rejects/rejects.ts';
import type { Journal } from './journal.ts';
import type { Progress } from './journal-format.ts';
import { Ranges } from './ranges.ts';

/** Milliseconds between syncs of the journal. Records whose lines a power failure loses are sent again. */
const syncIntervalMs = 1000;
/** Max outcomes that wait for the disk. Beyond this, the run waits, too. */
const maxPending = 5000;

export interface LedgerOptions {
  readonly journal: Journal | undefined;
  readonly rejects: Rejects | undefined;
  readonly clock: Clock;
  /** Of all runs of this upload. */
  readonly counts: () => Progress['counts'];
  /** The parts of each input that were read since the last call. */
  readonly marks: () => Progress['read'];
  /** Called once, when the disk fails. Nothing more may be sent after that. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Writes outcomes to disk, in order and several at a time: rejected records first and, once those are on
 * disk, the journal, which tells --resume what to skip.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  #done = new Ranges();
  #pending = 0;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #syncedAt = Number.NEGATIVE_INFINITY;
  /** As of the last line. */
  #counts: Progress['counts'];

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#counts = options.counts();
  }

  /** A record has an outcome. */
  done(position: number): void {
    this.#done.add(position);
    this.#pending++;
    if (!this.#failure) this.#writing ??= this.#drain();
  }

  rejected(item: RejectedItem): void {
    this.#options.rejects?.add(item);
    this.done(item.position);
  }

  /** Waits while too many outcomes are pending. Throws file system errors. */
  async waitForDisk(): Promise<void> {
    while (this.#pending > maxPending && !this.#failure) await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  /** Writes pending outcomes and closes the files. Throws file system errors. */
  async close(finished: boolean): Promise<void> {
    const { journal, rejects } = this.#options;
    try {
      await this.#writing;
      if (this.#failure) throw this.#failure.error;
      if (finished) await journal?.append({ ...this.#progress(new Ranges()), finished });
      await journal?.sync();
    } finally {
      try {
        await rejects?.close();
      } finally {
        await journal?.close();
      }
    }
  }

  /** Never rejects: `waitForDisk` and `close` throw the failure. */
  async #drain(): Promise<void> {
    // Outcomes of one turn of the event loop are written together.
    await Promise.resolve();
    try {
      while (this.#pending > 0) await this.#writeOnce();
    } catch (error) {
      this.#failure = { error };
      this.#options.onFailure(error);
    }
    this.#writing = undefined;
  }

  async #writeOnce(): Promise<void> {
    const { journal, rejects, clock } = this.#options;
    const rejected = rejects?.take() ?? [];
    const before = this.#counts;
    const entry = this.#progress(this.#done);
    this.#done = new Ranges();
    this.#pending = 0;
    if (rejects && rejected.length > 0) {
      const isNew = await rejects.createMissing(rejected);
      const rows = rejects.prepare(rejected);
      const pending = rows.flatMap(({ pending }) => pending ?? []);
      // The journal lists new files and pending records before they are written, so that --resume can check
      // whether they were.
      await journal?.append({ ...entry, done: [], counts: before, rejects: rejects.marks, pending });
      if (isNew) await journal?.sync();
      for (const { write } of rows) await write();
    }
    await journal?.append({ ...entry, rejects: rejects?.marks ?? {} });
    const now = clock.monotonic();
    if (now - this.#syncedAt <= syncIntervalMs) return;
    this.#syncedAt = now;
    await journal?.sync();
  }

  #progress(done: Ranges): Progress {
    const { counts, marks, rejects } = this.#options;
    this.#counts = counts();
    return { done: done.toJSON(), counts: this.#counts, rejects: rejects?.marks ?? {}, read: marks() };
  }
}
