import { createHash } from 'node:crypto';
import type { OpenedInput } from '../input/open.ts';
import type { Shaped } from '../records/record.ts';
import type { ReadMark } from './journal-format.ts';
import type { Prepared } from './prepare.ts';
import type { DetectedInput } from './settings.ts';

/** Some records of one input, in order, with the position of the first among all records of the run. */
export interface Chunk {
  readonly position: number;
  readonly records: readonly Shaped[];
}

/** Reads and shapes all inputs, one after the other, and knows how far it is. */
export class Reading {
  readonly #prepared: Prepared;
  readonly #hashed: boolean;
  readonly #marks: { bytes: number; readonly hash: ReturnType<typeof createHash> | undefined }[] = [];
  #current: OpenedInput | undefined;
  #finishedBytes = 0;
  #stopped = false;

  /** `hashed`: keep a hash of what was read, for the journal. */
  constructor(prepared: Prepared, hashed: boolean) {
    this.#prepared = prepared;
    this.#hashed = hashed;
  }

  /** Throws InputError where an input cannot be read any further; all records before that place were given out. */
  async *chunks(): AsyncGenerator<Chunk> {
    let position = 0;
    for (const input of this.#prepared.inputs) {
      if (this.#stopped) return;
      const opened = await this.#open(input);
      try {
        for await (const records of opened.records()) {
          if (this.#stopped) return;
          const shaped = this.#prepared.shaper.shape(records);
          yield { position, records: shaped };
          position += shaped.length;
        }
      } catch (error) {
        // Closing an input in the middle of a read makes that read fail.
        if (!this.#stopped) throw error;
      } finally {
        this.#finishedBytes += opened.bytesRead();
        this.#current = undefined;
        await opened.close();
      }
    }
  }

  /** Reads no further, even where a read waits for a pipe that says nothing. */
  stop(): void {
    this.#stopped = true;
    void this.#current?.close();
  }

  /** Bytes of the inputs, as they are on disk. */
  bytesRead(): number {
    return this.#finishedBytes + (this.#current?.bytesRead() ?? 0);
  }

  /** What was read of each input so far; null for one that was not begun. */
  marks(): (ReadMark | null)[] {
    return this.#prepared.inputs.map((_, n) => {
      const mark = this.#marks[n];
      return mark?.hash ? { bytes: mark.bytes, sha256: mark.hash.copy().digest('hex') } : null;
    });
  }

  async #open(input: DetectedInput): Promise<OpenedInput> {
    const mark = { bytes: 0, hash: this.#hashed ? createHash('sha256') : undefined };
    this.#marks[input.ref.index] = mark;
    this.#current = await this.#prepared.open(input, (raw) => {
      mark.bytes += raw.length;
      mark.hash?.update(raw);
    });
    return this.#current;
  }
}
