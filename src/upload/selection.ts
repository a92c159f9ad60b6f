import type { DetectedInput, Item, ReadChunk } from './item.ts';
import type { TaskOutcome } from './outcome/outcome-sink.ts';

/** Reads all inputs again from their start; undefined when one of them can be read only once. */
export type ReadAgain = (() => AsyncIterable<ReadChunk>) | undefined;

/** Chooses which records of the inputs an upload sends, and is told the outcome of each. */
export interface Selection {
  /** The inputs are known. Nothing was read yet. An error thrown here ends the run. */
  inputsKnown(inputs: readonly DetectedInput[]): void;
  /** The records of `chunks` to send. Records that need not be sent count as `skipped`. */
  choose(chunks: AsyncIterable<ReadChunk>, again: ReadAgain): AsyncIterable<ReadChunk>;
  stored(item: Item): void;
  /** Miso queued a call. */
  queued(taskId: string, items: readonly Item[]): void;
  taskEnded(taskId: string, outcome: TaskOutcome): void;
}
