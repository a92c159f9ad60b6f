import type { ErrorSummary } from '../errors.ts';

/** The result of a check: printed under --json, written by --report. Documented in docs/report.md. */
export interface CheckSummary {
  readonly command: 'users check';
  /** Absent when the command failed before it was known. */
  readonly server?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly files: readonly { readonly path: string; readonly format: string; readonly records: number }[];
  readonly records: {
    readonly read: number;
    /** Upload would reject them. */
    readonly rejected: number;
    /** Rejected, and their id cannot be read. */
    readonly withoutId: number;
  };
  /** Each user once. */
  readonly users: {
    readonly same: number;
    readonly different: number;
    readonly onlyInFiles: number;
    readonly onlyAtMiso: number;
    /** The user, or its record in the files, could not be read. */
    readonly unreadable: number;
    /** On both sides, and not part of the sample. */
    readonly notCompared: number;
  };
  /** Fields that differ, and for how many users. */
  readonly fields: Readonly<Record<string, number>>;
  /** The first thousand users that are not the same. */
  readonly differences: readonly {
    readonly user_id: string;
    readonly sign: string;
    readonly details: readonly string[];
  }[];
  /** Repeats the choice of users; null with --all. */
  readonly seed: number | null;
  readonly requests: { readonly sent: number; readonly retried: number; readonly failed: number };
  /** --combined */
  readonly combined: string | null;
  readonly error?: ErrorSummary;
  readonly exitCode: number;
}
