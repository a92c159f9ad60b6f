import type { Rejection, UserRecord } from '../records/record.ts';

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
