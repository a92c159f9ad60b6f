import type { ErrorSummary } from '../../errors.ts';
import type { Example } from '../../upload/outcome/record-counter.ts';

/** What the summaries of all commands have in common. A summary is what --json prints. */
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

/** What reports other than JSON show besides; each command derives it from its own summary. */
export interface ReportDetails {
  /** The result in one sentence, without its period. */
  readonly headline: string;
  /** Counts, in the order in which they are shown. */
  readonly counts: readonly (readonly [name: string, value: number])[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** Files that the run left behind, by what they contain. */
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
