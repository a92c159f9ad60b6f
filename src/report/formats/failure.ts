import type { CheckSummary } from '../../check/summary.ts';
import type { DeleteSummary } from '../../delete/summary.ts';
import { exitCodeOf, summaryOfError } from '../../errors.ts';
import type { ExportSummary } from '../../export/summary.ts';
import type { ReadSummary } from '../../read/summary.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import { deleteDetails } from '../text/delete-text.ts';
import { uploadDetails } from '../text/upload-text.ts';
import { checkDetails } from '../text/users/check-text.ts';
import { exportDetails } from '../text/users/export-text.ts';
import { readDetails } from '../text/users/read-text.ts';
import type { CommandResult, CommandSummary } from './report-data.ts';

/** A command that failed before it could do anything. */
export interface Failed {
  /** `users upload` */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly error: unknown;
}

const noRequests = { sent: 0, retried: 0, failed: 0 };

/** Its result: the usual summary of the command, with all counts 0. */
export function failedResult({ command, startedAt, durationMs, error }: Failed): CommandResult {
  const failed = { startedAt, durationMs, error: summaryOfError(error), exitCode: exitCodeOf(error) };
  switch (command) {
    case 'users upload':
    case 'users validate':
    case 'users sync':
    case 'users apply':
    case 'users update':
    case 'users merge': {
      const summary: UploadSummary = {
        command,
        dryRun: false,
        files: [],
        records: { read: 0, uploaded: 0, rejected: 0, superseded: 0, skipped: 0 },
        requests: noRequests,
        bytes: 0,
        errors: [],
        warnings: [],
        rejects: null,
        rejectsFiles: [],
        tasks: { queued: 0, failed: 0, ids: [] },
        complete: false,
        resumable: false,
        ...failed,
      };
      return { summary, details: uploadDetails(summary) };
    }
    case 'users read': {
      const ids = { asked: 0, found: 0, missing: 0 };
      const summary: ReadSummary = {
        command,
        ids,
        missing: [],
        refusedKeys: {},
        requests: noRequests,
        ...failed,
      };
      return { summary, details: readDetails(summary) };
    }
    case 'users check': {
      const summary: CheckSummary = {
        command,
        files: [],
        records: { read: 0, rejected: 0, withoutId: 0 },
        users: { same: 0, different: 0, onlyInFiles: 0, onlyAtMiso: 0, unreadable: 0, notCompared: 0 },
        fields: {},
        differences: [],
        seed: null,
        requests: noRequests,
        combined: null,
        ...failed,
      };
      return { summary, details: checkDetails(summary) };
    }
    case 'users export': {
      const users = { listed: 0, exported: 0, vanished: 0, failed: 0, unread: 0 };
      const summary: ExportSummary = {
        command,
        users,
        resumed: 0,
        refusedKeys: {},
        requests: noRequests,
        failures: [],
        output: null,
        resumable: false,
        ...failed,
      };
      return { summary, details: exportDetails(summary) };
    }
    case 'users delete': {
      const summary: DeleteSummary = {
        command,
        dryRun: false,
        ids: { asked: 0, deleted: 0, failed: 0, notFound: 0, stillThere: 0, unsent: 0 },
        interactions: false,
        verified: false,
        requests: noRequests,
        failures: [],
        backup: null,
        refusedKeys: {},
        receipt: null,
        certificate: null,
        resumed: 0,
        ...failed,
      };
      return { summary, details: deleteDetails(summary) };
    }
    default: {
      const summary: CommandSummary = { command, ...failed };
      return { summary, details: { headline: 'Failed', counts: [], failures: [], warnings: [], files: [] } };
    }
  }
}
