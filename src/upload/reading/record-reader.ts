import { stat } from 'node:fs/promises';
import type { OpenedInput } from '../../input/open.ts';
import type { SourceFile } from '../../input/source.ts';
import type { RecordMapper } from '../../records/record-mapper.ts';
import type { DetectedInput, Item, ReadChunk, RejectedItem } from '../item.ts';
import type { Ranges } from '../journal/ranges.ts';
import type { Inputs } from './inputs.ts';

export interface RecordReaderOptions {
  readonly inputs: Inputs;
  readonly mapper: RecordMapper;
  /** Positions that the previous run finished. */
  readonly done: Ranges | undefined;
  /** An input changed while it was read. */
  readonly onChange: (path: string) => void;
}

/** Reads all inputs, one after the other, and maps their records. */
export class RecordReader {
  readonly #options: RecordReaderOptions;
  #current: OpenedInput | undefined;
  #stopped = false;

  constructor(options: RecordReaderOptions) {
    this.#options = options;
  }

  /**
   * Throws InputError where an input cannot be read further, after yielding all records before that point.
   */
  async *chunks(): AsyncGenerator<ReadChunk> {
    const { inputs, mapper } = this.#options;
    let position = 0;
    for (const input of inputs.all) {
      if (this.#stopped) return;
      const opened = await inputs.open(input);
      this.#current = opened;
      try {
        for await (const records of opened.records()) {
          if (this.#stopped) return;
          yield this.#chunk(input.file, mapper.map(records), position);
          position += records.length;
        }
      } catch (error) {
        // `stop` closes the input, which makes a pending read fail.
        if (!this.#stopped) throw error;
      } finally {
        this.#current = undefined;
        await opened.close();
      }
      await this.#checkForChange(input);
    }
  }

  /** Ends `chunks`, also while it waits for a pipe. */
  stop(): void {
    this.#stopped = true;
    this.#current?.close().catch(() => {});
  }

  #chunk(file: SourceFile, records: ReturnType<RecordMapper['map']>, first: number): ReadChunk {
    const { done } = this.#options;
    const items: Item[] = [];
    const rejected: RejectedItem[] = [];
    let skipped = 0;
    for (const [index, record] of records.entries()) {
      const position = first + index;
      if (done?.has(position)) skipped++;
      else if (record.kind === 'rejected') rejected.push({ rejection: record, position });
      else items.push({ record, position });
    }
    return { file, read: records.length, skipped, items, rejected };
  }

  async #checkForChange({ ref }: DetectedInput): Promise<void> {
    if (ref.absolute === undefined || ref.size === undefined) return;
    // As when the input was resolved: the milliseconds that Node computes as a number may be rounded up.
    const now = await stat(ref.absolute, { bigint: true }).catch(() => undefined);
    if (Number(now?.size) !== ref.size || Number(now?.mtimeMs) !== ref.mtimeMs)
      this.#options.onChange(ref.path);
  }
}
