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
  /** Each id that was asked for, once; it is in exactly one of the other counts. */
  readonly ids: {
    readonly asked: number;
    readonly deleted: number;
    readonly failed: number;
    /** With --backup: Miso had no such user. */
    readonly notFound: number;
    readonly stillThere: number;
    readonly unsent: number;
  };
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
  readonly receipt: string | null;
  readonly error?: ErrorSummary;
  readonly exitCode: number;
}
