import type { ReadSummary } from '../../../read/summary.ts';
import { joinParts, pluralize } from '../../../text.ts';
import type { ReportDetails } from '../../formats/report-data.ts';

/** The report details of a read. */
export function readDetails({ ids, missing }: ReadSummary): ReportDetails {
  return {
    headline: joinParts([
      `Found ${pluralize(ids.found, 'user')}`,
      ids.missing > 0 ? `${pluralize(ids.missing, 'user')} not found` : '',
    ]),
    counts: Object.entries(ids),
    failures: missing.map((id) => ({ reason: `${id}: not found`, count: 1, examples: [] })),
    warnings: [],
    files: [],
  };
}
