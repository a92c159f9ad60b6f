import {
  escapeControls,
  formatBytes,
  formatCount,
  formatDuration,
  joinParts,
  pluralize,
} from '../../text.ts';
import type { ErrorGroup, Example } from '../../upload/outcome/summarize.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { Style } from './style.ts';

/** Groups of rejected records that are shown in full; the rest is counted. */
const groupsShown = 10;
const examplesShown = 3;

/** What became of the records, in one line: for whoever reads the log the next morning. */
export function headline(summary: UploadSummary): string {
  const { records, dryRun } = summary;
  const validated = summary.command === 'users validate';
  if (summary.error && records.read === 0) return validated ? 'nothing was checked' : 'nothing was uploaded';
  const done = validated ? 'valid' : dryRun ? 'accepted in a dry run, nothing stored' : 'uploaded';
  // Of an input that was not read to its end nobody knows how much it holds.
  const of = summary.complete ? `of ${pluralize(records.read, 'record')}` : nounFor(records.uploaded);
  const told = joinParts([
    `${formatCount(records.uploaded)} ${of} ${done}`,
    records.rejected > 0 ? `${formatCount(records.rejected)} rejected` : '',
    records.superseded > 0 ? `${formatCount(records.superseded)} replaced by later ones of the same id` : '',
    records.skipped > 0
      ? `${formatCount(records.skipped)} done by the earlier run${rejectedThen(summary)}`
      : '',
  ]);
  if (summary.complete) return told;
  return `${told}; the rest of the input was not ${validated ? 'checked' : 'uploaded'}`;
}

/** Rejected records make an upload partial, whichever of its runs rejected them. */
function rejectedThen({ earlier, complete }: UploadSummary): string {
  return complete && earlier && earlier.rejected > 0
    ? `, ${formatCount(earlier.rejected)} of them rejected`
    : '';
}

function nounFor(records: number): string {
  return records === 1 ? 'record' : 'records';
}

/** The result of a run, the first line of which says it all. */
export function resultText(summary: UploadSummary, style: Style): string {
  const { requests, tasks, dryRun, exitCode } = summary;
  const mark = exitCode === 0 ? style.green('✔') : summary.error ? style.red('✖') : style.yellow('!');
  const lines = [`${mark} ${style.bold(headline(summary))} in ${formatDuration(summary.durationMs)}`];
  const detail = (text: string) => lines.push(style.dim(`  ${text}`));
  if (requests.needed !== undefined) detail(`an upload takes ${pluralize(requests.needed, 'request')}`);
  else if (requests.sent > 0) {
    const retried = requests.retried > 0 ? ` (${pluralize(requests.retried, 'retry', 'retries')})` : '';
    detail(
      `${pluralize(requests.sent, 'request')}${retried}, ${formatBytes(summary.bytes)} to ${escapeControls(summary.server ?? '')}`,
    );
  }
  if (tasks.queued > 0 && !dryRun)
    detail(`${pluralize(tasks.queued, 'task is', 'tasks are')} still queued at Miso: see --wait`);
  if (tasks.failed > 0) detail(`${pluralize(tasks.failed, 'task')} failed at Miso`);
  return `${lines.join('\n')}\n`;
}

/** What was rejected and why, by field and reason, with file and line. */
export function rejectionText(summary: UploadSummary, style: Style): string {
  if (summary.errors.length === 0) return '';
  const lines = summary.errors.slice(0, groupsShown).flatMap((group) => groupLines(group, style));
  const more = summary.errors.length - groupsShown;
  if (more > 0)
    lines.push(style.dim(`  and ${pluralize(more, 'further kind')} of error, all in the summary (--json)`));
  return `${lines.join('\n')}\n`;
}

function groupLines(group: ErrorGroup, style: Style): string[] {
  const field = group.field === '' ? '' : `${style.bold(escapeControls(group.field))}: `;
  const by = group.by === 'miso' ? style.dim(' (Miso)') : '';
  const lines = [
    `${style.red('✖')} ${field}${escapeControls(group.reason)}${by} — ${pluralize(group.count, 'record')}`,
  ];
  for (const example of group.examples.slice(0, examplesShown))
    lines.push(style.dim(`    ${exampleText(example)}`));
  const more = group.count - Math.min(examplesShown, group.examples.length);
  if (more > 0) lines.push(style.dim(`    and ${formatCount(more)} more`));
  if (group.hint !== undefined) lines.push(style.dim(`    ${escapeControls(group.hint)}`));
  return lines;
}

/** `users.csv:812 u-1812: found "x"` */
export function exampleText({ file, line, user_id, found }: Example): string {
  const who = user_id === undefined ? '' : ` ${escapeControls(user_id)}`;
  return `${escapeControls(file)}:${line}${who}${found === undefined ? '' : `: found ${escapeControls(found)}`}`;
}
