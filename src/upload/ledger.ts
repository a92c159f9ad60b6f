import type { Clock } from '../api/clock.ts';
import type { RejectedItem } from './item.ts';
import type { Journal } from './journal.ts';
import type { Progress, ReadMark } from './journal-format.ts';
import { Ranges } from './ranges.ts';
import type { Rejects } from './rejects.ts';

/** Milliseconds between two waits for the disk: what a power failure may cost is sent again. */
const syncEveryMs = 1000;
/** Beyond this many entries that wait for the disk, work waits too. */
const mostPending = 5000;

/**
 * Writes down what came to its end: rejected records first, and only once the disk has them the journal, which says
 * that they need no second look. Entries go to disk in the order in which they came, several at a time.
 */
export class Ledger {
  readonly #journal: Journal | undefined;
  readonly #rejects: Rejects | undefined;
  readonly #clock: Clock;
  readonly #counts: () => Progress['counts'];
  readonly #marks: () => (ReadMark | null)[];
  readonly #failed: (error: unknown) => void;
  #done = new Ranges();
  #pending = 0;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #syncedAt = 0;

  constructor(parts: {
    readonly journal: Journal | undefined;
    readonly rejects: Rejects | undefined;
    readonly clock: Clock;
    /** Over all runs so far. */
    readonly counts: () => Progress['counts'];
    /** What was read of each input. */
    readonly marks: () => (ReadMark | null)[];
    /** Called once, when the disk refuses: nothing more may be sent then. */
    readonly failed: (error: unknown) => void;
  }) {
    this.#journal = parts.journal;
    this.#rejects = parts.rejects;
    this.#clock = parts.clock;
    this.#counts = parts.counts;
    this.#marks = parts.marks;
    this.#failed = parts.failed;
  }

  /** A record is stored or superseded. */
  done(position: number): void {
    this.#done.add(position);
    this.#pending++;
    this.#write();
  }

  rejected({ position, rejection }: RejectedItem): void {
    this.#rejects?.add(rejection);
    this.done(position);
  }

  /** Waits while the disk is far behind. Throws what the disk threw. */
  async room(): Promise<void> {
    while (this.#pending > mostPending && !this.#failure) await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  /** Writes what is left and closes the files. Throws what the disk threw, now or earlier. */
  async close(finished: boolean): Promise<void> {
    try {
      await this.#writing;
      if (this.#failure) throw this.#failure.error;
      if (finished) await this.#journal?.append({ ...this.#progress(new Ranges()), finished });
      await this.#journal?.sync();
    } finally {
      await this.#rejects?.close();
      await this.#journal?.close();
    }
  }

  #write(): void {
    if (this.#writing || this.#failure) return;
    this.#writing = this.#drain()
      .catch((error) => {
        this.#failure = { error };
        this.#failed(error);
      })
      .finally(() => {
        this.#writing = undefined;
      });
  }

  async #drain(): Promise<void> {
    // What is done within the same turn goes to disk together.
    await Promise.resolve();
    while (this.#pending > 0) {
      const done = this.#done;
      const rejections = this.#rejects?.take() ?? [];
      const entry = this.#progress(done);
      this.#done = new Ranges();
      this.#pending = 0;
      if (rejections.length > 0) await this.#rejects?.write(rejections);
      await this.#journal?.append({ ...entry, rejects: this.#rejects?.lengths ?? {} });
      const now = this.#clock.now();
      if (now - this.#syncedAt > syncEveryMs) {
        this.#syncedAt = now;
        await this.#journal?.sync();
      }
    }
  }

  #progress(done: Ranges): Progress {
    return {
      done: done.toJSON(),
      counts: this.#counts(),
      rejects: this.#rejects?.lengths ?? {},
      read: this.#marks(),
    };
  }
}
