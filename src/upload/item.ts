import type { Rejection, UserRecord } from '../records/record.ts';

/** A record on its way to Miso, with its place in the run. */
export interface Item {
  readonly record: UserRecord;
  /** Position among all records of all inputs, from 0: what the journal knows a record by. */
  readonly position: number;
}

/** A record that was not stored, with its place in the run. */
export interface RejectedItem {
  readonly rejection: Rejection;
  readonly position: number;
}

/** What one call carries: no id twice. */
export interface Batch {
  readonly items: readonly Item[];
  /** Records that a later one of the same id in this batch replaced; they share its fate. */
  readonly superseded: readonly Item[];
}
