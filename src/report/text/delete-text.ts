import type { DeleteSummary } from '../../delete/summary.ts';
import { escapeControls, formatCount, formatDuration, joinParts, pluralize } from '../../text.ts';
import type { Style } from './style.ts';

/** Ids that were not deleted and are named one by one. */
const failuresShown = 20;

/** What became of the ids, in one line. */
export function deleteHeadline({ ids, dryRun, verified, server }: DeleteSummary): string {
  if (dryRun) return `${pluralize(ids.asked, 'user')} would be deleted from ${server}; nothing was sent`;
  return joinParts([
    `${formatCount(ids.deleted)} of ${pluralize(ids.asked, 'user')} deleted${verified && ids.deleted > 0 ? ' and seen to be gone' : ''}`,
    ids.failed > 0 ? `${formatCount(ids.failed)} failed` : '',
    ids.notFound > 0 ? `${formatCount(ids.notFound)} not found` : '',
    ids.stillThere > 0 ? `${formatCount(ids.stillThere)} still there` : '',
    ids.unsent > 0 ? `${formatCount(ids.unsent)} not begun` : '',
  ]);
}

/** What was deleted, and how to get it back. */
export function deleteText(summary: DeleteSummary, style: Style): string {
  const mark = summary.exitCode !== 0 || summary.dryRun ? style.yellow('!') : style.green('✔');
  const lines = [
    `${mark} ${style.bold(escapeControls(deleteHeadline(summary)))} in ${formatDuration(summary.durationMs)}`,
  ];
  if (summary.interactions && summary.ids.deleted > 0) lines.push(style.dim('  their interactions as well'));
  if (summary.receipt !== null && !summary.dryRun)
    lines.push(style.dim(`  receipt: ${escapeControls(summary.receipt)}`));
  if (summary.backup !== null && summary.ids.deleted > 0)
    lines.push(style.dim(`  backup: ${escapeControls(summary.backup)}; upload that file to restore`));
  return `${lines.join('\n')}\n`;
}

/** Ids that were not deleted, with the reason. */
export function failuresText(summary: DeleteSummary, style: Style): string {
  const { failures } = summary;
  const lines = failures
    .slice(0, failuresShown)
    .map(
      ({ user_id, outcome, reason }) =>
        `${style.red('✖')} ${escapeControls(user_id)}: ${escapeControls(reason ?? outcome)}\n`,
    );
  const more = summary.ids.failed + summary.ids.notFound + summary.ids.stillThere - lines.length;
  if (more > 0) lines.push(style.dim(`  and ${formatCount(more)} more\n`));
  return lines.join('');
}
