import type { DeleteSummary } from '../../delete/summary.ts';
import type { ErrorSummary } from '../../errors.ts';
import type { ReadSummary } from '../../read/summary.ts';
import { formatCount, joinParts, pluralize } from '../../text.ts';
import type { Example } from '../../upload/outcome/summarize.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import { deleteHeadline } from './delete-text.ts';
import type { FailedSummary } from './failed-summary.ts';
import { headline } from './upload-text.ts';

/** What a command came to: what --json prints and --report writes. */
export type Summary = UploadSummary | DeleteSummary | ReadSummary | FailedSummary;

/** Records or ids that failed for the same reason. */
export interface Failure {
  /** Field and reason, or the reason alone. */
  readonly what: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly Example[];
}

/** A summary in a form that every report can be drawn from, whatever the command. */
export interface Digest {
  readonly command: string;
  readonly startedAt: string;
  readonly durationMs: number;
  /** What happened, in one sentence without its full stop. */
  readonly headline: string;
  /** Counts, in the order in which they are shown. */
  readonly counts: readonly (readonly [name: string, value: number])[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** Files that the run left behind, by what they hold. */
  readonly files: readonly (readonly [what: string, path: string])[];
  readonly error: ErrorSummary | undefined;
  readonly exitCode: number;
}

/** Boils a summary down. */
export function digest(summary: Summary): Digest {
  const { command, startedAt, durationMs, error, exitCode } = summary;
  const base = { command, startedAt, durationMs, error, exitCode };
  if ('records' in summary) return { ...base, ...uploadPart(summary) };
  if ('failures' in summary) return { ...base, ...deletePart(summary) };
  if ('missing' in summary) return { ...base, ...readPart(summary) };
  return { ...base, headline: 'nothing was done', counts: [], failures: [], warnings: [], files: [] };
}

type Part = Omit<Digest, 'command' | 'startedAt' | 'durationMs' | 'error' | 'exitCode'>;

function uploadPart(summary: UploadSummary): Part {
  return {
    headline: headline(summary),
    counts: [
      ...Object.entries(summary.records),
      ['requests', summary.requests.sent],
      ['retries', summary.requests.retried],
    ],
    failures: summary.errors.map(({ field, reason, by, count: records, examples }) => ({
      what: `${field === '' ? '' : `${field}: `}${reason}${by === 'miso' ? ' (Miso)' : ''}`,
      count: records,
      examples,
    })),
    warnings: summary.warnings.map(warningText),
    files: summary.rejectsFiles.map((path) => ['rejected records', path] as const),
  };
}

function deletePart(summary: DeleteSummary): Part {
  const { asked, deleted, failed, notFound, stillThere, unsent } = summary.ids;
  return {
    headline: deleteHeadline(summary),
    counts: [
      ['asked for', asked],
      ['deleted', deleted],
      ['failed', failed],
      ['not found', notFound],
      ['still there', stillThere],
      ['not begun', unsent],
    ],
    failures: summary.failures.map(({ user_id, outcome, reason }) => ({
      what: `${user_id}: ${reason ?? outcome}`,
      count: 1,
      examples: [],
    })),
    warnings: [],
    files: [
      ...(summary.backup === null ? [] : [['backup', summary.backup] as const]),
      ...(summary.receipt === null ? [] : [['receipt', summary.receipt] as const]),
    ],
  };
}

function readPart({ ids, missing }: ReadSummary): Part {
  return {
    headline: joinParts([
      `${formatCount(ids.found)} of ${pluralize(ids.asked, 'user')} found`,
      ids.missing > 0 ? `${formatCount(ids.missing)} not found` : '',
    ]),
    counts: Object.entries(ids),
    failures: missing.map((id) => ({ what: `${id}: not found`, count: 1, examples: [] })),
    warnings: [],
    files: [],
  };
}

/** A warning on one line, with the number of records that it is about and the place of the first. */
export function warningText({ message, count: records = 1, examples = [] }: ToldWarning): string {
  const [first] = examples;
  const id = first?.user_id === undefined ? '' : `: ${JSON.stringify(first.user_id)}`;
  const place = first && `${first.file}, line ${first.line}${id}`;
  const number = records < 2 ? undefined : formatCount(records);
  const about =
    number === undefined || place === undefined ? (number ?? place) : `${number}, first in ${place}`;
  return about === undefined ? message : `${message} (${about})`;
}

interface ToldWarning {
  readonly message: string;
  readonly count?: number;
  readonly examples?: readonly Pick<Example, 'file' | 'line' | 'user_id'>[];
}
