import type { DeleteSummary } from '../../delete/summary.ts';
import { escapeControls, formatCount, formatDuration, joinParts, pluralize } from '../../text.ts';
import type { ReportDetails } from '../formats/report-data.ts';
import type { Style } from './style.ts';

/** Max number of ids to show that were not deleted. */
const maxFailures = 20;

/** The result in one line. */
export function deleteHeadline({ ids, dryRun, verified, server }: DeleteSummary): string {
  if (dryRun) return `Dry run: would delete ${pluralize(ids.asked, 'user')} from ${server ?? 'Miso'}`;
  return joinParts([
    deletedUsers(ids) + (verified && ids.deleted > 0 ? ' (verified)' : ''),
    ids.failed > 0 ? `${formatCount(ids.failed)} failed` : '',
    ids.notFound > 0 ? `${formatCount(ids.notFound)} not found` : '',
    ids.stillThere > 0 ? `${formatCount(ids.stillThere)} still there` : '',
    ids.unsent > 0 ? `${formatCount(ids.unsent)} not finished` : '',
  ]);
}

function deletedUsers({ asked, deleted }: DeleteSummary['ids']): string {
  if (deleted === 0) return 'No user deleted';
  if (deleted === asked) return `Deleted ${pluralize(deleted, 'user')}`;
  return `Deleted ${formatCount(deleted)} of ${pluralize(asked, 'user')}`;
}

/** What was deleted, and how to restore it. */
export function deleteText(summary: DeleteSummary, style: Style): string {
  const { ids, dryRun, receipt, backup } = summary;
  const mark = summary.exitCode !== 0 || dryRun ? style.yellow('!') : style.green('✔');
  const headline = style.bold(escapeControls(deleteHeadline(summary)));
  const lines = [`${mark} ${headline}${dryRun ? '' : ` in ${formatDuration(summary.durationMs)}`}`];
  if (summary.interactions && ids.deleted > 0) lines.push('  Interactions deleted too');
  if (summary.resumed > 0) lines.push(`  ${pluralize(summary.resumed, 'user')} deleted by the previous run`);
  if (receipt !== null && !dryRun) lines.push(`  Receipt: ${escapeControls(receipt)}`);
  if (summary.certificate !== null && !dryRun)
    lines.push(`  Certificate: ${escapeControls(summary.certificate)}`);
  if (backup !== null && ids.deleted > 0)
    lines.push(`  Backup: ${escapeControls(backup)} (upload it to restore)`);
  return `${lines.join('\n')}\n`;
}

/** The first ids that were not deleted, each with its reason. */
export function deleteFailuresText(summary: DeleteSummary, style: Style): string {
  const shown = summary.failures.slice(0, maxFailures).map(({ user_id, outcome, reason }) => {
    const why = reason ?? outcome.replaceAll('-', ' ');
    return `${style.red('✖')} ${escapeControls(user_id)}: ${escapeControls(why)}\n`;
  });
  const { failed, notFound, stillThere } = summary.ids;
  const more = failed + notFound + stillThere - shown.length;
  if (more > 0 && shown.length > 0) shown.push(style.dim(`  and ${formatCount(more)} more\n`));
  return shown.join('');
}

/** The report details of a delete. */
export function deleteDetails(summary: DeleteSummary): ReportDetails {
  const { backup, receipt, certificate } = summary;
  const { asked, deleted, failed, notFound, stillThere, unsent } = summary.ids;
  return {
    headline: deleteHeadline(summary),
    counts: [
      ['requested', asked],
      ['deleted', deleted],
      ['failed', failed],
      ['not found', notFound],
      ['still there', stillThere],
      ['not finished', unsent],
    ],
    failures: summary.failures.map(({ user_id, outcome, reason }) => ({
      reason: `${user_id}: ${reason ?? outcome.replaceAll('-', ' ')}`,
      count: 1,
      examples: [],
    })),
    warnings: [],
    files: Object.entries({ backup, receipt, certificate }).flatMap(([content, path]) =>
      path === null ? [] : [[content, path] as const],
    ),
  };
}
