import { formatCount, joinParts, pluralize } from '../../text.ts';
import type { Example } from '../../upload/outcome/summarize.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { ReportDetails } from '../formats/report-data.ts';

/** The result of an upload or a validation in one line: what a log shows the next morning. */
export function uploadHeadline(summary: UploadSummary): string {
  const { records, dryRun, complete } = summary;
  const validated = summary.command === 'users validate';
  if (summary.error && records.read === 0) return validated ? 'Nothing was checked' : 'Nothing was uploaded';
  // If the input was not read to its end, its number of records is not known.
  const of = complete ? `of ${pluralize(records.read, 'record')}` : plural(records.uploaded);
  const intro = joinParts([
    dryRun && !validated ? 'Dry run, nothing stored' : '',
    complete ? '' : 'Stopped early',
  ]);
  const counts = joinParts([
    `${formatCount(records.uploaded)} ${of} ${validated ? 'valid' : dryRun ? 'OK' : 'uploaded'}`,
    records.rejected > 0 ? `${formatCount(records.rejected)} rejected` : '',
    records.superseded > 0 ? duplicates(records.superseded) : '',
    records.skipped > 0
      ? `${formatCount(records.skipped)} from the previous run${previouslyRejected(summary)}`
      : '',
  ]);
  return joinParts([intro, counts], ': ');
}

function plural(records: number): string {
  return records === 1 ? 'record' : 'records';
}

function duplicates(records: number): string {
  return records === 1
    ? '1 duplicate id (last one kept)'
    : `${formatCount(records)} duplicate ids (last of each kept)`;
}

/** Records rejected by any of its runs make an upload partial. */
function previouslyRejected({ earlier, complete }: UploadSummary): string {
  return complete && earlier && earlier.rejected > 0 ? ` (${formatCount(earlier.rejected)} rejected)` : '';
}

/** What a report shows of an upload or a validation. */
export function uploadDetails(summary: UploadSummary): ReportDetails {
  return {
    headline: uploadHeadline(summary),
    counts: [
      ...Object.entries(summary.records),
      ['requests', summary.requests.sent],
      ['retries', summary.requests.retried],
    ],
    failures: summary.errors.map(({ field, reason, by, count, examples }) => ({
      reason: `${field === '' ? '' : `${field}: `}${reason}${by === 'miso' ? ' (Miso)' : ''}`,
      count,
      examples,
    })),
    warnings: summary.warnings.map(warningText),
    files: summary.rejectsFiles.map((path) => ['rejected records', path] as const),
  };
}

/** A warning on one line, with the number of records that it is about and the place of the first. */
export function warningText({ message, count = 1, examples = [] }: CountedWarning): string {
  const [first] = examples;
  const id = first?.user_id === undefined ? '' : `: ${JSON.stringify(first.user_id)}`;
  const place = first && `${first.file}, line ${first.line}${id}`;
  const number = count < 2 ? undefined : formatCount(count);
  const about =
    number === undefined || place === undefined ? (number ?? place) : `${number}, first in ${place}`;
  return about === undefined ? message : `${message} (${about})`;
}

interface CountedWarning {
  readonly message: string;
  readonly count?: number;
  readonly examples?: readonly Pick<Example, 'file' | 'line' | 'user_id'>[];
}
