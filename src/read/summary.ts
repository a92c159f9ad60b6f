import type { ErrorSummary } from '../errors.ts';

/** The result of a read, written by --report. Documented in docs/report.md. */
export interface ReadSummary {
  readonly command: 'users read';
  /** Absent when the command failed before it was known. */
  readonly server?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Each requested id is either found or missing. */
  readonly ids: { readonly asked: number; readonly found: number; readonly missing: number };
  /** The first thousand ids that were not found. */
  readonly missing: readonly string[];
  /** The number of records with each key that upload would refuse. */
  readonly refusedKeys: Readonly<Record<string, number>>;
  readonly requests: { readonly sent: number; readonly retried: number; readonly failed: number };
  readonly error?: ErrorSummary;
  readonly exitCode: number;
}
