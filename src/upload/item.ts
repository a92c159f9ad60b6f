import type { InputRef } from '../input/input-ref.ts';
import type { SourceFile } from '../input/source.ts';
import type { ColumnPlan } from '../records/columns/column-plan.ts';
import type { Rejection, UserRecord } from '../records/record.ts';

/** An input, and what is known of it before its first record is read. */
export interface DetectedInput {
  readonly ref: InputRef;
  readonly file: SourceFile;
  readonly plan: ColumnPlan;
}

/** A record that is going to be sent. */
export interface Item {
  readonly record: UserRecord;
  /** Its index among all records of all inputs, from 0: the journal's key for a record. */
  readonly position: number;
}

/** A record that is not stored. */
export interface RejectedItem {
  readonly rejection: Rejection;
  readonly position: number;
}

/** Some records of one input, in order. */
export interface ReadChunk {
  readonly file: SourceFile;
  /** Number of records that were read. */
  readonly read: number;
  /** How many of them need not be sent: the previous run finished them, or a selection left them out. */
  readonly skipped: number;
  readonly items: readonly Item[];
  /** Records that failed a check. */
  readonly rejected: readonly RejectedItem[];
}
