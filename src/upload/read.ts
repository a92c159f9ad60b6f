import { createHash, type Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { OpenedInput } from '../input/open.ts';
import type { Shaped } from '../records/record.ts';
import type { FileMark, Progress } from './journal-format.ts';
import type { Prepared } from './prepare.ts';
import type { DetectedInput } from './settings.ts';

/** Some records of one input, in order, with the position of the first among all records of the run. */
export interface Chunk {
  readonly position: number;
  readonly records: readonly Shaped[];
}

export interface ReadingDeps {
  /** Keep a hash of what was read, for the journal. */
  readonly hashed: boolean;
  readonly warn: (text: string) => void;
}

/** Reads and shapes all inputs, one after the other, and knows how far it is. */
export class Reading {
  readonly #prepared: Prepared;
  readonly #deps: ReadingDeps;
  /** Inputs that were read further since their mark was last asked for. */
  readonly #fresh = new Map<number, { bytes: number; readonly hash: Hash }>();
  #current: OpenedInput | undefined;
  #finishedBytes = 0;
  #stopped = false;

  constructor(prepared: Prepared, deps: ReadingDeps) {
    this.#prepared = prepared;
    this.#deps = deps;
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
      await this.#warnOfChange(input);
    }
  }

  /** Reads no further, even where a read waits for a pipe that says nothing. */
  stop(): void {
    this.#stopped = true;
    // What closing says of a read that it cut off is no news.
    this.#current?.close().catch(() => {});
  }

  /** Bytes of the inputs, as they are on disk. */
  bytesRead(): number {
    return this.#finishedBytes + (this.#current?.bytesRead() ?? 0);
  }

  /** What was read of each input that was read further since this was last asked. */
  marks(): Progress['read'] {
    const marks = [...this.#fresh].map(([input, { bytes, hash }]): [number, FileMark] => [
      input,
      { bytes, sha256: hash.copy().digest('hex') },
    ]);
    this.#fresh.clear();
    return marks;
  }

  async #open(input: DetectedInput): Promise<OpenedInput> {
    const mark = this.#deps.hashed ? { bytes: 0, hash: createHash('sha256') } : undefined;
    this.#current = await this.#prepared.open(input, (raw) => {
      if (!mark) return;
      mark.bytes += raw.length;
      mark.hash.update(raw);
      this.#fresh.set(input.ref.index, mark);
    });
    return this.#current;
  }

  /** A file that somebody writes to while it is read may be half old and half new. */
  async #warnOfChange({ ref }: DetectedInput): Promise<void> {
    if (ref.absolute === undefined || ref.size === undefined) return;
    const now = await stat(ref.absolute).catch(() => undefined);
    if (now?.size === ref.size && Math.floor(now.mtimeMs) === ref.mtimeMs) return;
    this.#deps.warn(
      `${ref.path} was changed while it was read: what was uploaded may be half of the one and half of the other. Upload it again once nobody writes to it.`,
    );
  }
}
