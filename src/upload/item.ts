import type { Rejection, UserRecord } from '../records/record.ts';

/** A user record as it is sent: its JSON as text, or as that text in UTF-8. */
export type SendableRecord = Omit<UserRecord, 'json'> & { readonly json: string | Uint8Array };

/** A record on its way to Miso, with its place in the run. */
export interface Item {
  readonly record: SendableRecord;
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
