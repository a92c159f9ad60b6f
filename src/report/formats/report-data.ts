import type { ErrorSummary } from '../../errors.ts';
import type { Example } from '../../upload/outcome/record-counter.ts';

/** The fields that the summaries of all commands share. --json prints the summary. */
export interface CommandSummary {
  /** `users upload` */
  readonly command: string;
  /** Identifies the run. Set when the summary is delivered. */
  readonly runId?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly error?: ErrorSummary;
  readonly exitCode: number;
}

/** What reports other than JSON also show. Each command derives it from its own summary. */
export interface ReportDetails {
  /** The result in one sentence, without the period. */
  readonly headline: string;
  /** Counts, in display order. */
  readonly counts: readonly (readonly [name: string, value: number])[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** Files that the run wrote, with a description of each. */
  readonly files: readonly (readonly [content: string, path: string])[];
}

/** Records or ids that failed for the same reason. */
export interface Failure {
  /** Field and reason, or the reason alone. */
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly Example[];
}

/** A finished command. */
export interface CommandResult {
  readonly summary: CommandSummary;
  readonly details: ReportDetails;
}
