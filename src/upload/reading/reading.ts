import { createRecordMapper, type RecordMapper } from '../../records/record-mapper.ts';
import type { ReadChunk } from '../item.ts';
import type { Opened, RunState } from '../run-state.ts';
import type { UploadDeps, UploadSettings } from '../settings.ts';
import { RecordReader } from './record-reader.ts';

/** The reading of a run's inputs: once, or twice when the records to send are chosen after a first pass. */
export class Reading {
  readonly #run: RunState;
  readonly #opened: Opened;
  readonly #settings: UploadSettings;
  #reader: RecordReader;

  constructor(run: RunState, opened: Opened, settings: UploadSettings) {
    this.#run = run;
    this.#opened = opened;
    this.#settings = settings;
    this.#reader = this.#read(opened.mapper);
  }

  /** The records to send: all of them, without a selection. */
  chunks({ selection, inspect }: Pick<UploadDeps, 'selection' | 'inspect'>): AsyncIterable<ReadChunk> {
    const { inputs } = this.#opened;
    const chunks = this.#reader.chunks();
    const again = inputs.size === undefined ? undefined : () => this.#again();
    return selection?.choose(chunks, again) ?? inspect?.(chunks, inputs.all) ?? chunks;
  }

  /** Ends the reading, also while it waits for a pipe. */
  stop(): void {
    this.#reader.stop();
  }

  #read(mapper: RecordMapper): RecordReader {
    return new RecordReader({
      ...this.#opened,
      mapper,
      done: this.#opened.outputs.previous?.done,
      onChange: (path) => this.#run.stats.inputChanged(path),
    });
  }

  /** With a mapper of its own: what the first one noticed in the records must not be counted twice. */
  #again(): AsyncIterable<ReadChunk> {
    this.#run.stop.throwIfRequested();
    const mapper = createRecordMapper(this.#settings.columns, this.#settings);
    const files = this.#opened.inputs.all.map(({ file }) => file);
    for (const file of files) mapper.plan(file, files);
    this.#reader = this.#read(mapper);
    return this.#reader.chunks();
  }
}
