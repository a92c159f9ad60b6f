import type { Rejection, UserRecord } from '../../records/record.ts';

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

/** Told where a record stands: its position in the run, and that of its file among the inputs. */
export type ToldPlace = (position: number, file: number) => void;

/** What one call carries: no id twice. Its records are made only when they are asked for, which a batch that is stored whole never is. */
export interface Batch {
  /** Of the ids that are sent, or numbers that stand for them: no two batches in flight may share one. */
  readonly keys: Iterable<string | number>;
  /** The body of the call. */
  readonly body: string | Uint8Array;
  /** Length of the body in bytes. */
  readonly bytes: number;
  readonly items: readonly Item[];
  /** Records that a later one of the same id in this batch replaced; they share its fate. */
  readonly superseded: readonly Item[];
  eachSent(told: ToldPlace): void;
  eachSuperseded(told: ToldPlace): void;
}
