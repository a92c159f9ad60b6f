import type { ErrorSummary } from '../errors.ts';

/**
 * The result of an export: printed under --json with --output, written by --report. Documented in
 * docs/report.md.
 */
export interface ExportSummary {
  readonly command: 'users export';
  /** Absent when the command failed before it was known. */
  readonly server?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** `listed`: the ids at Miso, each once; each is in exactly one of the other counts. */
  readonly users: {
    readonly listed: number;
    readonly exported: number;
    /** Deleted at Miso between listing and reading. */
    readonly vanished: number;
    /** Could not be read. */
    readonly failed: number;
    readonly unread: number;
  };
  /** Users that the interrupted export had written; they are in the counts above. */
  readonly resumed: number;
  /** What upload would refuse, set apart under `_miso`: the number of records with each key. */
  readonly refusedKeys: Readonly<Record<string, number>>;
  readonly requests: { readonly sent: number; readonly retried: number; readonly failed: number };
  /** The first thousand users that could not be read. */
  readonly failures: readonly { readonly user_id: string; readonly reason: string }[];
  /** The file; null for standard output, and while it is not complete. */
  readonly output: string | null;
  /** --resume continues it. */
  readonly resumable: boolean;
  readonly error?: ErrorSummary;
  readonly exitCode: number;
}
