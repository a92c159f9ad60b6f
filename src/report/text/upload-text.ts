import { escapeControls, formatBytes, formatCount, formatDuration, pluralize } from '../../text.ts';
import type { ErrorGroup, Example } from '../../upload/outcome/summarize.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { uploadHeadline } from './upload-details.ts';

/** Error types that are shown, and examples of each; the rest is counted. */
const maxGroups = 10;
const maxExamples = 3;

/** The result of a run; its first line says it all. */
export function resultText(summary: UploadSummary, style: Style): string {
  const { requests, tasks, dryRun, exitCode } = summary;
  const mark = exitCode === 0 ? style.green('✔') : summary.error ? style.red('✖') : style.yellow('!');
  const lines = [`${mark} ${style.bold(uploadHeadline(summary))} in ${formatDuration(summary.durationMs)}`];
  const detail = (text: string) => lines.push(style.dim(`  ${text}`));
  if (requests.needed !== undefined) detail(`An upload needs ${pluralize(requests.needed, 'request')}`);
  else if (requests.sent > 0) {
    const retries = requests.retried > 0 ? ` (${pluralize(requests.retried, 'retry', 'retries')})` : '';
    const server = escapeControls(summary.server ?? '');
    detail(`${pluralize(requests.sent, 'request')}${retries}, ${formatBytes(summary.bytes)} to ${server}`);
  }
  if (tasks.queued > 0 && !dryRun) detail(`${pluralize(tasks.queued, 'task')} still processing at Miso`);
  if (tasks.failed > 0) detail(`${pluralize(tasks.failed, 'task')} failed at Miso`);
  return `${lines.join('\n')}\n`;
}

/** What was rejected and why, by field and reason, with file and line. */
export function rejectionText(summary: UploadSummary, style: Style): string {
  if (summary.errors.length === 0) return '';
  const lines = summary.errors.slice(0, maxGroups).flatMap((group) => groupLines(group, style));
  const more = summary.errors.length - maxGroups;
  if (more > 0) lines.push(`  and ${pluralize(more, 'more error type')} (--json lists all)`);
  return `${lines.join('\n')}\n`;
}

function groupLines(group: ErrorGroup, style: Style): string[] {
  const field = group.field === '' ? '' : `${style.bold(escapeControls(group.field))}: `;
  const by = group.by === 'miso' ? ' (Miso)' : '';
  const count = style.dim(` — ${pluralize(group.count, 'record')}`);
  const lines = [`${style.red('✖')} ${field}${escapeControls(group.reason)}${by}${count}`];
  for (const example of group.examples.slice(0, maxExamples)) lines.push(`    ${exampleText(example)}`);
  const more = group.count - Math.min(maxExamples, group.examples.length);
  if (more > 0) lines.push(style.dim(`    and ${formatCount(more)} more`));
  if (group.hint !== undefined) lines.push(`  ${hintText(group.hint, style)}`);
  return lines;
}

/** `users.csv:812 u-1812: found "x"` */
export function exampleText({ file, line, user_id, found }: Example): string {
  const who = user_id === undefined ? '' : ` ${escapeControls(user_id)}`;
  return `${escapeControls(file)}:${line}${who}${found === undefined ? '' : `: found ${escapeControls(found)}`}`;
}
