import type { ErrorGroup, Example } from '../upload/summarize.ts';
import type { UploadSummary } from '../upload/summary.ts';
import { escapeControls } from './escape.ts';
import type { Style } from './style.ts';
import { bytes, count, counted, duration } from './words.ts';

/** Groups of rejected records that are shown in full; the rest is counted. */
const groupsShown = 10;
const examplesShown = 3;

/** What was done, for the result. One line first, for whoever reads the log the next morning. */
export function resultText(summary: UploadSummary, style: Style): string {
  const { records, durationMs, requests, tasks, dryRun } = summary;
  const validate = summary.command === 'users validate';
  const done = validate ? 'valid' : dryRun ? 'accepted in a dry run, nothing stored' : 'uploaded';
  const parts = [
    `${count(records.uploaded)} of ${counted(records.read, 'record')} ${done}`,
    records.rejected > 0 ? `${count(records.rejected)} rejected` : '',
    records.superseded > 0 ? `${count(records.superseded)} superseded` : '',
    records.skipped > 0 ? `${count(records.skipped)} done before` : '',
  ].filter((part) => part !== '');
  const good = summary.exitCode === 0;
  const lines = [
    `${good ? style.green('✔') : style.yellow('!')} ${style.bold(parts.join(', '))} in ${duration(durationMs)}`,
  ];
  if (!validate && requests.sent > 0) {
    const retried = requests.retried > 0 ? `, ${count(requests.retried)} of them again` : '';
    lines.push(
      style.dim(
        `  ${counted(requests.sent, 'request')}${retried}, ${bytes(summary.bytes)} to ${summary.server}`,
      ),
    );
  }
  if (validate) lines.push(style.dim(`  an upload takes ${counted(requests.needed ?? 0, 'request')}`));
  if (tasks.queued > 0 && !dryRun) {
    lines.push(
      style.dim(
        `  ${counted(tasks.queued, 'task is', 'tasks are')} still queued at Miso; --wait waits for them`,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** What was rejected and why, by field and reason, and where the records are now. */
export function rejectionText(summary: UploadSummary, style: Style): string {
  if (summary.errors.length === 0) return '';
  const lines = summary.errors.slice(0, groupsShown).flatMap((group) => groupLines(group, style));
  const more = summary.errors.length - groupsShown;
  if (more > 0) lines.push(style.dim(`  and ${counted(more, 'further kind')} of error`));
  if (summary.rejectsFiles.length > 0) {
    lines.push(
      `The rejected records are in ${summary.rejectsFiles.map((path) => style.bold(escapeControls(path))).join(', ')}.`,
      style.dim(`  Mend them there, then: ${nextCommand(summary)}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

function groupLines(group: ErrorGroup, style: Style): string[] {
  const field = group.field === '' ? '' : `${style.bold(escapeControls(group.field))}: `;
  const by = group.by === 'miso' ? style.dim(' (Miso)') : '';
  const lines = [
    `${style.red('✖')} ${field}${escapeControls(group.reason)}${by} — ${counted(group.count, 'record')}`,
  ];
  for (const example of group.examples.slice(0, examplesShown))
    lines.push(style.dim(`    ${exampleText(example)}`));
  const more = group.count - Math.min(examplesShown, group.examples.length);
  if (more > 0) lines.push(style.dim(`    and ${count(more)} more`));
  if (group.hint !== undefined) lines.push(style.dim(`    ${escapeControls(group.hint)}`));
  return lines;
}

function exampleText({ file, line, user_id, found }: Example): string {
  const who = user_id === undefined ? '' : ` ${escapeControls(user_id)}`;
  return `${escapeControls(file)}:${line}${who}${found === undefined ? '' : `: found ${escapeControls(found)}`}`;
}

function nextCommand(summary: UploadSummary): string {
  return `miso users upload ${summary.rejectsFiles.map((path) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)).join(' ')}`;
}
