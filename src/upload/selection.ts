import type { DetectedInput, Item, ReadChunk } from './item.ts';
import type { TaskOutcome } from './outcome/outcome-sink.ts';

/** Reads all inputs again from their start; undefined when one of them can be read only once. */
export type ReadAgain = (() => AsyncIterable<ReadChunk>) | undefined;

/** Chooses which records of the inputs an upload sends, and learns what becomes of them. */
export interface Selection {
  /** The inputs are known, and nothing was read yet. What it throws ends the run. */
  inputsKnown(inputs: readonly DetectedInput[]): void;
  /** What is to be sent of `chunks`; records that need not be sent count as `skipped`. */
  choose(chunks: AsyncIterable<ReadChunk>, again: ReadAgain): AsyncIterable<ReadChunk>;
  stored(item: Item): void;
  /** Miso queued a call. */
  queued(taskId: string, items: readonly Item[]): void;
  taskEnded(taskId: string, outcome: TaskOutcome): void;
}
