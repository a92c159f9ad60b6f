/**
 * Fingerprints of all settings that affect what records become, by the name of the setting. With other
 * settings every record looks changed, and with another --id every user looks new.
 */
export type Shaping = Readonly<Record<string, string>>;

/** An input of a sync, to detect a lost file or column. */
export interface SyncedInput {
  /** As it was given: a path, or `<stdin>`. */
  readonly path: string;
  /** Names of the columns of a table, in order; absent for JSON. */
  readonly columns?: readonly string[];
}

/** A task that was still open when a run ended. */
export interface OpenTask {
  readonly id: string;
  readonly kind: 'upload' | 'delete';
  /** Seconds since 1970: of the end of the run that queued it. */
  readonly since: number;
  /**
   * Fingerprints of the ids in its call, by their place in it, as hexadecimal digits; their records are
   * unknown.
   */
  readonly ids: readonly string[];
  /** Fingerprints of the records, in the same order; empty for a delete. */
  readonly records: readonly string[];
}

/** Deletes that a guard stopped; repeated in every summary until they are resolved. */
export interface BlockedDeletes {
  /** ISO 8601: of the run that was first stopped. */
  readonly since: string;
  readonly count: number;
  readonly reason: string;
}

/** The header of a state file. */
export interface StateHeader {
  readonly version: 2;
  /** Rises by one with each write, so that an older copy is noticed. */
  readonly serial: number;
  /** ISO 8601: of the last write. */
  readonly time: string;
  readonly set: string;
  readonly server: string;
  /** Fingerprint of the API key. */
  readonly key: string;
  readonly shaping: Shaping;
  /** Keys the fingerprints of ids and records: 32 random hexadecimal digits. */
  readonly salt: string;
  readonly users: number;
  readonly inputs: readonly SyncedInput[];
  readonly tasks: readonly OpenTask[];
  readonly blocked?: BlockedDeletes;
  /** Why the state is not relied on; set until a run that sends all records has ended. */
  readonly distrust?: string;
}
