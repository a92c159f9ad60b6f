import type { DeleteSummary } from '../delete/summary.ts';
import { escapeControls } from './escape.ts';
import type { Style } from './style.ts';
import { count, counted, duration } from './words.ts';

/** What was deleted, in one line, and which ids were not. */
export function deletedText(summary: DeleteSummary, style: Style): string {
  const { ids, dryRun, durationMs } = summary;
  if (dryRun)
    return `${style.yellow('!')} ${style.bold(`${counted(ids.asked, 'user')} would be deleted`)} from ${summary.server}; nothing was sent\n`;
  const left = [
    ids.failed > 0 ? `${count(ids.failed)} failed` : '',
    ids.stillThere > 0 ? `${count(ids.stillThere)} still there` : '',
    ids.unsent > 0 ? `${count(ids.unsent)} not begun` : '',
  ].filter((part) => part !== '');
  const what = [
    `${count(ids.deleted)} of ${counted(ids.asked, 'user')} deleted${summary.verified ? ' and seen to be gone' : ''}`,
    ...left,
  ];
  const mark = summary.exitCode === 0 ? style.green('✔') : style.yellow('!');
  return `${mark} ${style.bold(what.join(', '))} in ${duration(durationMs)}\n`;
}

/** Ids that were not deleted, with the reason. */
export function failuresText(summary: DeleteSummary, style: Style): string {
  return summary.failures
    .map(
      ({ user_id, outcome, reason }) =>
        `${style.red('✖')} ${escapeControls(user_id)}: ${escapeControls(reason ?? outcome)}\n`,
    )
    .join('');
}
