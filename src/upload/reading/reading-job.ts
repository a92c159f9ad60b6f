import type { ErrorSummary } from '../../errors.ts';
import type { InputRef } from '../../input/input-ref.ts';
import type { ReadSettings } from '../../input/read-settings.ts';
import type { SourceFile } from '../../input/source.ts';
import type { ColumnSettings } from '../../records/column-settings.ts';
import type { RecordWarning } from '../../records/record-mapper.ts';
import type { BatchLimits } from '../batching/batch.ts';
import type { PackedBatch, PackedRejection } from '../batching/packed.ts';
import type { Portion } from '../batching/portion.ts';
import type { Progress } from '../journal/journal-format.ts';
import type { Range } from '../journal/ranges.ts';

/** What a reading thread is to do. */
export interface ReadingJob {
  /** Files, which can be opened again; never a stream. */
  readonly inputs: readonly { readonly ref: InputRef; readonly file: SourceFile }[];
  readonly read: ReadSettings;
  readonly columns: ColumnSettings;
  readonly hashed: boolean;
  readonly limits: BatchLimits;
  /** Positions that an earlier run brought to their end. */
  readonly done: readonly Range[];
}

/** What a reading thread says. `portions` have to be answered by any message before many more come. */
export type ReadingMessage =
  | {
      readonly kind: 'portions';
      readonly portions: readonly PackedPortion[];
      readonly bytesRead: number;
      readonly marks: Progress['read'];
    }
  | { readonly kind: 'warning'; readonly text: string }
  | {
      readonly kind: 'end';
      readonly bytesRead: number;
      readonly warnings: readonly RecordWarning[];
      readonly error?: ThreadError;
    };

/** A portion on its way from one thread to another. */
export interface PackedPortion extends Omit<Portion, 'refused' | 'batches'> {
  readonly refused: readonly { readonly position: number; readonly rejection: PackedRejection }[];
  readonly batches: readonly PackedBatch[];
}

/** An error on its way from one thread to another, where classes do not pass. */
export interface ThreadError extends ErrorSummary {
  /** Of an InputError. */
  readonly place?: { readonly file: string; readonly line?: number };
  readonly stack?: string;
}

/** Messages that a thread may be ahead of the one that sends. */
export const messagesAhead = 3;
