import { createHash, type Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { OpenedInput } from '../../input/open.ts';
import type { RecordMapper, RecordWarning } from '../../records/record-mapper.ts';
import { type Chunk, type Portion, type PortionRules, portions } from '../batching/portion.ts';
import type { FileMark, Progress } from '../journal/journal-format.ts';
import type { DetectedInput } from '../settings.ts';

/** Reads all inputs and maps their records, one after the other, gathers their records into batches, and knows how far it is. */
export interface Reading {
  /** Throws InputError where an input cannot be read any further; all records before that place were given out. */
  portions(): AsyncGenerator<Portion>;
  /** Reads no further, even where a read waits for a pipe that says nothing. */
  stop(): void;
  /** Bytes of the inputs, as they are on disk. */
  bytesRead(): number;
  /** What was read of each input that was read further since this was last asked. */
  marks(): Progress['read'];
  /** What the records stage noticed so far. */
  warnings(): readonly RecordWarning[];
}

/** What is read, and how. */
export interface ReadingParts {
  readonly inputs: readonly DetectedInput[];
  readonly mapper: RecordMapper;
  open(input: DetectedInput, onBytes: (raw: Buffer) => void): Promise<OpenedInput>;
}

export interface ReadingDeps {
  readonly rules: PortionRules;
  /** Keep a hash of what was read, for the journal. */
  readonly hashed: boolean;
  readonly warn: (text: string) => void;
}

/** Reading in the thread that asks for it. */
export class LocalReading implements Reading {
  readonly #parts: ReadingParts;
  readonly #deps: ReadingDeps;
  /** Inputs that were read further since their mark was last asked for. */
  readonly #fresh = new Map<number, { bytes: number; readonly hash: Hash }>();
  #current: OpenedInput | undefined;
  #finishedBytes = 0;
  #stopped = false;

  constructor(parts: ReadingParts, deps: ReadingDeps) {
    this.#parts = parts;
    this.#deps = deps;
  }

  portions(): AsyncGenerator<Portion> {
    return portions(this.#chunks(), this.#deps.rules);
  }

  async *#chunks(): AsyncGenerator<Chunk> {
    let position = 0;
    for (const input of this.#parts.inputs) {
      if (this.#stopped) return;
      const opened = await this.#open(input);
      try {
        for await (const records of opened.records()) {
          if (this.#stopped) return;
          const mapped = this.#parts.mapper.map(records);
          yield { file: input.file, position, records: mapped };
          position += mapped.length;
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

  stop(): void {
    this.#stopped = true;
    // What closing says of a read that it cut off is no news.
    this.#current?.close().catch(() => {});
  }

  bytesRead(): number {
    return this.#finishedBytes + (this.#current?.bytesRead() ?? 0);
  }

  marks(): Progress['read'] {
    const marks = [...this.#fresh].map(([input, { bytes, hash }]): [number, FileMark] => [
      input,
      { bytes, sha256: hash.copy().digest('hex') },
    ]);
    this.#fresh.clear();
    return marks;
  }

  warnings(): readonly RecordWarning[] {
    return this.#parts.mapper.warnings();
  }

  async #open(input: DetectedInput): Promise<OpenedInput> {
    const mark = this.#deps.hashed ? { bytes: 0, hash: createHash('sha256') } : undefined;
    this.#current = await this.#parts.open(input, (raw) => {
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
