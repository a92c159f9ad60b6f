import type { ExportSummary } from '../../../export/summary.ts';
import { escapeControls, formatCount, formatDuration, joinParts, pluralize } from '../../../text.ts';
import type { ReportDetails } from '../../formats/report-data.ts';
import type { Style } from '../style.ts';

/** Max users to show that could not be read. */
const maxFailures = 20;

/** The result in one line. */
export function exportHeadline({ users, exitCode }: ExportSummary): string {
  const exported =
    exitCode === 0
      ? formatCount(users.exported)
      : `${formatCount(users.exported)} of ${formatCount(users.listed)}`;
  return joinParts([
    users.exported === 0
      ? 'No user exported'
      : `Exported ${exported} ${users.listed === 1 ? 'user' : 'users'}`,
    users.vanished > 0 ? `${formatCount(users.vanished)} deleted meanwhile` : '',
    users.failed > 0 ? `${formatCount(users.failed)} failed` : '',
    users.unread > 0 ? `${formatCount(users.unread)} not read` : '',
  ]);
}

/** What was exported, and the destination. */
export function exportText(summary: ExportSummary, style: Style): string {
  const { users, resumed, output } = summary;
  const mark = summary.exitCode === 0 ? style.green('✔') : style.yellow('!');
  const shown = summary.failures.slice(0, maxFailures);
  const lines = [
    ...shown.map(
      ({ user_id, reason }) => `${style.red('✖')} ${escapeControls(user_id)}: ${escapeControls(reason)}`,
    ),
    ...(users.failed > shown.length
      ? [style.dim(`  and ${formatCount(users.failed - shown.length)} more`)]
      : []),
    `${mark} ${style.bold(exportHeadline(summary))} in ${formatDuration(summary.durationMs)}`,
    ...(resumed > 0 ? [`  ${pluralize(resumed, 'user')} from the interrupted export`] : []),
    ...(output === null ? [] : [`  ${escapeControls(output)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The report details of an export. */
export function exportDetails(summary: ExportSummary): ReportDetails {
  const { users, failures, output } = summary;
  return {
    headline: exportHeadline(summary),
    counts: [
      ['listed', users.listed],
      ['exported', users.exported],
      ['deleted meanwhile', users.vanished],
      ['failed', users.failed],
      ['not read', users.unread],
    ],
    failures: failures.map(({ user_id, reason }) => ({
      reason: `${user_id}: ${reason}`,
      count: 1,
      examples: [],
    })),
    warnings: [],
    files: output === null ? [] : [['export', output]],
  };
}
