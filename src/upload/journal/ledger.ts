import type { Clock } from '../../clock.ts';
import type { RejectedItem } from '../batching/item.ts';
import type { Rejects } from '../rejects/rejects.ts';
import type { Journal } from './journal.ts';
import type { Progress } from './journal-format.ts';
import { Ranges } from './ranges.ts';

/** Milliseconds between two waits for the disk: what a power failure may cost is sent again. */
const syncEveryMs = 1000;
/** Beyond this many entries that wait for the disk, work waits too. */
const mostPending = 5000;

interface LedgerParts {
  readonly journal: Journal | undefined;
  readonly rejects: Rejects | undefined;
  readonly clock: Clock;
  /** Over all runs so far. */
  readonly counts: () => Progress['counts'];
  /** What was read of each input since it was last asked for. */
  readonly marks: () => Progress['read'];
  /** Called once, when the disk refuses: nothing more may be sent then. */
  readonly failed: (error: unknown) => void;
}

/**
 * Writes down what came to its end: rejected records first, and only once the disk has them the journal, which says
 * that they need no second look. Entries go to disk in the order in which they came, several at a time.
 */
export class Ledger {
  readonly #parts: LedgerParts;
  #done = new Ranges();
  #pending = 0;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #syncedAt = Number.NEGATIVE_INFINITY;
  /** As of the last entry. */
  #counts: Progress['counts'];

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#counts = parts.counts();
  }

  /** A record is stored or superseded. */
  done(position: number): void {
    this.#done.add(position);
    this.#pending++;
    if (!this.#failure) this.#writing ??= this.#drain();
  }

  rejected({ position, rejection }: RejectedItem): void {
    this.#parts.rejects?.add(rejection);
    this.done(position);
  }

  /** Waits while the disk is far behind. Throws what the disk threw. */
  async room(): Promise<void> {
    while (this.#pending > mostPending && !this.#failure) await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  /** Writes what is left and closes the files. Throws what the disk threw, now or earlier. */
  async close(finished: boolean): Promise<void> {
    const { journal, rejects } = this.#parts;
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

  /** Never rejects: a failure is kept for whoever asks next. */
  async #drain(): Promise<void> {
    // What is done within the same turn goes to disk together.
    await Promise.resolve();
    try {
      while (this.#pending > 0) await this.#writeOnce();
    } catch (error) {
      this.#failure = { error };
      this.#parts.failed(error);
    }
    this.#writing = undefined;
  }

  async #writeOnce(): Promise<void> {
    const { journal, rejects, clock } = this.#parts;
    const rejections = rejects?.take() ?? [];
    const before = this.#counts;
    const entry = this.#progress(this.#done);
    this.#done = new Ranges();
    this.#pending = 0;
    if (rejects && rejections.length > 0) {
      if (await rejects.begin(rejections)) {
        // A new file is named before anything stands in it, so that --resume knows it for its own.
        await journal?.append({ ...entry, done: [], counts: before, rejects: rejects.marks });
        await journal?.sync();
      }
      await rejects.write(rejections);
    }
    await journal?.append({ ...entry, rejects: rejects?.marks ?? {} });
    const now = clock.monotonic();
    if (now - this.#syncedAt <= syncEveryMs) return;
    this.#syncedAt = now;
    await journal?.sync();
  }

  #progress(done: Ranges): Progress {
    const { counts, marks, rejects } = this.#parts;
    this.#counts = counts();
    return { done: done.toJSON(), counts: this.#counts, rejects: rejects?.marks ?? {}, read: marks() };
  }
}
