import { exitCodeOf, exitCodes, summaryOfError } from '../errors.ts';
import type { UploadSummary } from '../upload/outcome/summary.ts';
import type { UploadResult } from '../upload/run.ts';
import type { Comparison } from './comparison.ts';
import type { DeletePhase } from './deletes/delete-phase.ts';
import type { Preview } from './plan/preview.ts';
import type { SyncDeps, SyncSettings } from './settings.ts';
import type { BlockedDeletes, StateHeader } from './state/state-header.ts';

export interface SyncResult {
  readonly summary: UploadSummary;
  /** Why the run ended early. */
  readonly error?: unknown;
  /** Why no user was deleted, with what to type. */
  readonly blocked?: DeletePhase['blocked'];
  /** Users who are gone and due. */
  readonly goneIds: readonly string[];
  /** Of a dry run: the first users of each kind. */
  readonly preview?: Preview['users'];
}

export function withError(result: SyncResult, error: unknown): SyncResult {
  const summary = { ...result.summary, error: summaryOfError(error), exitCode: exitCodeOf(error) };
  return { ...result, summary, error };
}

/** Ids in the summary. */
const maxGoneIds = 1000;

interface Parts {
  readonly upload: UploadResult;
  readonly comparison: Comparison;
  readonly deletes: DeletePhase;
  readonly blocked: BlockedDeletes | undefined;
}

export function resultOf(
  { upload, comparison, deletes, blocked }: Parts,
  { set, state, dryRun, upload: { server, command } }: SyncSettings,
  { session }: SyncDeps,
): SyncResult {
  const error = upload.error ?? deletes.error;
  const { counts, gone, foreign, ids } = deletes;
  const isPartial =
    upload.summary.exitCode !== exitCodes.ok || deletes.blocked !== undefined || counts.failed > 0;
  const { needed } = upload.summary.requests;
  return {
    summary: {
      ...upload.summary,
      ...{ command, server, dryRun, set, state },
      requests: { ...session.counts, ...(needed === undefined ? {} : { needed }) },
      sync: { ...comparison.counts, gone, foreign, ...counts },
      ...(blocked ? { blockedDeletes: blocked } : {}),
      goneIds: ids.slice(0, maxGoneIds),
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? (isPartial ? exitCodes.partial : exitCodes.ok) : exitCodeOf(error),
    },
    ...(error === undefined ? {} : { error }),
    ...(deletes.blocked ? { blocked: deletes.blocked } : {}),
    goneIds: ids,
  };
}

/** Deletes that are still blocked after this run. */
export function blockedOf(
  { blocked, gone, isKnown, isResolved }: DeletePhase,
  before: Pick<StateHeader, 'blocked'>,
  time: string,
): BlockedDeletes | undefined {
  if (blocked) {
    const { count, reason } = blocked;
    return { since: before.blocked?.since ?? time, count, reason };
  }
  return isResolved || (isKnown && gone === 0) ? undefined : before.blocked;
}
