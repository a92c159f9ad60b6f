import type { SourceFile, SourceRecord } from '../input/source.ts';

/** The location of a record in the input, and its text. */
export interface RecordSource {
  readonly kind: SourceRecord['kind'];
  readonly file: SourceFile;
  readonly line: number;
  readonly raw: string;
  readonly joinedLines?: number;
}

/** A user record that passed every local check, ready to send. */
export interface UserRecord {
  readonly kind: 'user';
  /** `user_id`, 1 to 512 characters. */
  readonly id: string;
  /** The record as JSON text. */
  readonly json: string;
  /** Length of `json` in bytes of UTF-8. */
  readonly bytes: number;
  readonly source: RecordSource;
}

/** Why a record was not stored. */
export interface Reason {
  /**
   * Path of the field (`age`, `custom_attributes.plan`), a column's name, or '' for the record as a whole.
   */
  readonly field: string;
  /**
   * What was expected, or Miso's own wording. The same text for all records with this fault, so that they can
   * be counted.
   */
  readonly reason: string;
  /** What was found, shortened for display. */
  readonly found?: string;
  /** What to do, if known. */
  readonly hint?: string;
  readonly by: 'local' | 'miso';
}

/** A record that was not stored, with all the reasons. */
export interface Rejection {
  readonly kind: 'rejected';
  /** If known and a string. */
  readonly id?: string;
  readonly reasons: readonly Reason[];
  readonly source: RecordSource;
  /** The record as JSON text, as it would have been sent. Absent for a record that could not be read. */
  readonly json?: string;
}

export type MappedRecord = UserRecord | Rejection;
