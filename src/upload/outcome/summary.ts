import type { Throughput } from '../../api/pace/limit-tracker.ts';
import type { ErrorSummary } from '../../errors.ts';
import type { Format } from '../../input/formats.ts';
import type { ErrorGroup, RecordCounts } from './record-counter.ts';

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly count?: number;
  readonly examples?: readonly { readonly file: string; readonly line: number; readonly user_id?: string }[];
}

/** What commands other than upload add to their summary. */
export interface SummaryDetails {
  /** How the records of the input compare with the users at Miso. */
  readonly sync?: {
    readonly new: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly unknown: number;
    readonly gone: number;
    readonly foreign: number;
    readonly deleted: number;
    /** Gone, and kept because others changed them. Only in a sync, as are the following fields. */
    readonly changedElsewhere?: number;
    /** Gone, and not deleted because a call or its task failed. */
    readonly failed?: number;
  };
  /** Deletes that a guard stopped, in this run of a sync or in an earlier one. */
  readonly blockedDeletes?: {
    /** ISO 8601: of the run that was first stopped. */
    readonly since: string;
    readonly count: number;
    readonly reason: string;
  };
  /** The first thousand users who are gone and at Miso. */
  readonly goneIds?: readonly string[];
  /** What `sync --adopt` found of the users of the input. */
  readonly adopted?: {
    readonly adopted: number;
    readonly different: number;
    readonly missing: number;
    readonly unread: number;
  };
  /** The file with the plan that a dry run saved. */
  readonly plan?: string;
  /** The set that was synced, and the file with its state. */
  readonly set?: string;
  readonly state?: string;
  readonly update?: UpdateCounts;
  /** Added to those of the run. */
  readonly warnings?: readonly Warning[];
}

/** What an update did to users, beside the counts of `sync`. */
export interface UpdateCounts {
  /** Records whose user does not exist. */
  readonly notFound: number;
  /** Records whose user could not be read. */
  readonly unread: number;
  /** Changed fields, with the number of users. */
  readonly fields: Readonly<Record<string, number>>;
  /** Keys that --drop-unknown erased, with the number of users. */
  readonly dropped: Readonly<Record<string, number>>;
  /** The first changes of a dry run, with values as JSON; null: there is none. */
  readonly changes?: readonly {
    readonly user_id: string;
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** The result of an upload, as --json prints it and --report writes it. Documented in docs/report.md. */
export interface UploadSummary extends Omit<SummaryDetails, 'warnings'> {
  readonly command: string;
  readonly server?: string;
  readonly dryRun: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly files: readonly { readonly path: string; readonly format: Format; readonly records: number }[];
  readonly records: RecordCounts;
  readonly requests: {
    readonly sent: number;
    readonly retried: number;
    readonly failed: number;
    readonly needed?: number;
  };
  /** Bytes of all bodies that were accepted. */
  readonly bytes: number;
  /** Throughput, and what limited it; absent when nothing was sent. */
  readonly throughput?: Omit<Throughput, 'acceptedPerSecond'> & {
    readonly recordsPerSecond: number;
    /** Requests per second that the server accepts, if it refused any. */
    readonly requestsPerSecond?: number;
  };
  readonly errors: readonly ErrorGroup[];
  readonly warnings: readonly Warning[];
  /** The first of `rejectsFiles`; null when every record was stored. */
  readonly rejects: string | null;
  readonly rejectsFiles: readonly string[];
  readonly tasks: {
    readonly queued: number;
    readonly failed: number;
    /** The first 10,000. */
    readonly ids: readonly string[];
  };
  /** Counts of the run that --resume continues. */
  readonly earlier?: { readonly uploaded: number; readonly rejected: number; readonly superseded: number };
  /** Whether every record of the input has an outcome. */
  readonly complete: boolean;
  /** Whether --resume can continue this upload: it is unfinished and has a journal. */
  readonly resumable: boolean;
  /** Why the run ended early. */
  readonly error?: ErrorSummary;
  readonly exitCode: number;
}
