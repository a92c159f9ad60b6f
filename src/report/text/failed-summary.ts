import { type ErrorSummary, exitCodeOf, summaryOfError } from '../../errors.ts';

/** What is told of a command that came to nothing: of the same shape as its usual summary, with every count 0. */
export interface FailedSummary {
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly error: ErrorSummary;
  readonly exitCode: number;
}

/** What is known of a command that failed before it had anything to sum up. */
export interface Failed {
  /** `users upload` */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly error: unknown;
}

/** The summary of a command that ended in an error before it had done anything. */
export function failedSummary({ command, startedAt, durationMs, error }: Failed): FailedSummary {
  return {
    command,
    ...(command === 'users upload' || command === 'users validate' ? { dryRun: false } : {}),
    startedAt,
    durationMs,
    ...nothingOf(command),
    error: summaryOfError(error),
    exitCode: exitCodeOf(error),
  };
}

const noRequests = { sent: 0, retried: 0, failed: 0 };

function nothingOf(command: string): object {
  switch (command) {
    case 'users upload':
    case 'users validate':
      return {
        files: [],
        records: { read: 0, uploaded: 0, rejected: 0, superseded: 0, skipped: 0 },
        requests: noRequests,
        bytes: 0,
        errors: [],
        warnings: [],
        rejects: null,
        rejectsFiles: [],
        tasks: { queued: 0, failed: 0 },
        complete: false,
        resumable: false,
      };
    case 'users read':
      return { ids: { asked: 0, found: 0, missing: 0 }, missing: [], requests: noRequests };
    case 'users delete':
      return {
        ids: { asked: 0, deleted: 0, failed: 0, notFound: 0, stillThere: 0, unsent: 0 },
        requests: noRequests,
        failures: [],
        backup: null,
        receipt: null,
      };
    default:
      return {};
  }
}
