import type { ErrorSummary } from '../errors.ts';
/** The result of a delete: printed under --json, written by --report. Documented in docs/report.md. */
export interface DeleteSummary {
  readonly command: 'users delete';
  /** Absent when the command failed before it was known. */
  readonly server?: string;
  readonly dryRun: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** `asked`: the unique requested ids. Each is in exactly one of the other counts. */
  readonly ids: {
    readonly asked: number;
    readonly deleted: number;
    readonly failed: number;
    /** Miso had no such user. */
    readonly notFound: number;
    readonly stillThere: number;
    readonly unsent: number;
  };
  /** Ids that the resumed run had finished; they are in the counts above. */
  readonly resumed: number;
  readonly interactions: boolean;
  readonly verified: boolean;
  readonly requests: { readonly sent: number; readonly retried: number; readonly failed: number };
  /** The first thousand ids that were not deleted. */
  readonly failures: readonly {
    readonly user_id: string;
    readonly outcome: string;
    readonly reason?: string;
  }[];
  readonly backup: string | null;
  /** The number of records in the backup with each key that upload would refuse. */
  readonly refusedKeys: Readonly<Record<string, number>>;
  readonly receipt: string | null;
  /** The Markdown certificate, of `--receipt x.md`. */
  readonly certificate: string | null;
  readonly error?: ErrorSummary;
  readonly exitCode: number;
}
