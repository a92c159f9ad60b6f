import type { CheckSummary } from '../../../check/summary.ts';
import { escapeControls, formatCount, formatDuration, joinParts, pluralize } from '../../../text.ts';
import type { ReportDetails } from '../../formats/report-data.ts';
import type { Style } from '../style.ts';

/** Max differing fields to show. */
const maxFields = 10;

/** The result in one line. */
export function checkHeadline({ users, exitCode, error }: CheckSummary): string {
  if (error !== undefined) return 'The check did not finish';
  const { same, different, onlyInFiles, onlyAtMiso, unreadable, notCompared } = users;
  return joinParts([
    exitCode === 0 && notCompared === 0
      ? `All ${pluralize(same, 'user')} are the same`
      : `${formatCount(same)} the same`,
    different > 0 ? `${formatCount(different)} different` : '',
    onlyInFiles > 0 ? `${formatCount(onlyInFiles)} only in the files` : '',
    onlyAtMiso > 0 ? `${formatCount(onlyAtMiso)} only at Miso` : '',
    unreadable > 0 ? `${formatCount(unreadable)} could not be read` : '',
    notCompared > 0 ? `${formatCount(notCompared)} on both sides, not compared` : '',
  ]);
}

/** What was compared, and what differs. */
export function checkText(summary: CheckSummary, style: Style): string {
  const { records, fields, seed, combined } = summary;
  const mark = summary.exitCode === 0 ? style.green('✔') : style.yellow('!');
  const names = Object.entries(fields).sort(([, a], [, b]) => b - a);
  const shown = names
    .slice(0, maxFields)
    .map(([name, count]) => `${escapeControls(name)} (${formatCount(count)})`);
  const lines = [
    `${mark} ${style.bold(checkHeadline(summary))} (${formatDuration(summary.durationMs)})`,
    names.length === 0
      ? ''
      : `  Fields that differ: ${joinParts([...shown, names.length > maxFields ? '…' : ''])}`,
    records.rejected === 0
      ? ''
      : `  ${pluralize(records.rejected, 'record')} of the files would be rejected by upload${
          records.withoutId > 0 ? `, ${formatCount(records.withoutId)} of them without an id` : ''
        }; see miso users validate`,
    seed === null || summary.users.notCompared === 0
      ? ''
      : `  Sample: --seed ${seed}; --all compares every user`,
    combined === null ? '' : `  ${escapeControls(combined)}`,
  ];
  return `${joinParts(lines, '\n')}\n`;
}

/** The report details of a check. */
export function checkDetails(summary: CheckSummary): ReportDetails {
  const { users, differences, combined } = summary;
  return {
    headline: checkHeadline(summary),
    counts: [
      ['same', users.same],
      ['different', users.different],
      ['only in the files', users.onlyInFiles],
      ['only at Miso', users.onlyAtMiso],
      ['could not be read', users.unreadable],
      ['not compared', users.notCompared],
    ],
    failures: differences.map(({ user_id, sign, details }) => ({
      reason: joinParts([`${sign} ${user_id}`, details.join(', ')], ': '),
      count: 1,
      examples: [],
    })),
    warnings: [],
    files: combined === null ? [] : [['all users', combined]],
  };
}
