import type { ErrorSummary } from '../errors.ts';
import type { InputRef } from '../input/input-ref.ts';
import type { ReadSettings } from '../input/read-settings.ts';
import type { SourceFile } from '../input/source.ts';
import type { ShapeWarning } from '../records/shape.ts';
import type { ShapeSettings } from '../records/shape-settings.ts';
import type { Progress } from './journal-format.ts';
import type { PackedRecords } from './packed.ts';

/** What a reading thread is to do. */
export interface ReadingJob {
  /** Files, which can be opened again; never a stream. */
  readonly inputs: readonly { readonly ref: InputRef; readonly file: SourceFile }[];
  readonly read: ReadSettings;
  readonly shape: ShapeSettings;
  readonly hashed: boolean;
}

/** What a reading thread says. `chunks` have to be answered by any message before many more come. */
export type ReadingMessage =
  | {
      readonly kind: 'chunks';
      readonly chunks: readonly PackedChunk[];
      readonly bytesRead: number;
      readonly marks: Progress['read'];
    }
  | { readonly kind: 'warning'; readonly text: string }
  | {
      readonly kind: 'end';
      readonly bytesRead: number;
      readonly warnings: readonly ShapeWarning[];
      readonly error?: ThreadError;
    };

/** A chunk on its way from one thread to another. */
export interface PackedChunk {
  readonly position: number;
  readonly packed: PackedRecords;
}

/** An error on its way from one thread to another, where classes do not pass. */
export interface ThreadError extends ErrorSummary {
  /** Of an InputError. */
  readonly place?: { readonly file: string; readonly line?: number };
  readonly stack?: string;
}

/** Messages that a thread may be ahead of the one that sends. */
export const messagesAhead = 3;
