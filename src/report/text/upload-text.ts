import type { LimitedBy } from '../../api/pace/limit-tracker.ts';
import {
  escapeControls,
  formatBytes,
  formatCount,
  formatDuration,
  labeled,
  pluralize,
  shorten,
} from '../../text.ts';
import type { ErrorGroup, Example } from '../../upload/outcome/record-counter.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { ReportDetails } from '../formats/report-data.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { syncText } from './sync/result.ts';
import { changesText } from './upload/changes.ts';
import { isSync, uploadHeadline } from './upload/headline.ts';

/** Max length of an id in a message. The JSON summary and the rejects file contain the whole id. */
const maxIdShown = 80;

/** Max number of error types to show, and of examples of each. The rest are only counted. */
const maxGroups = 10;
const maxExamples = 3;

/** The report details of an upload or a validation. */
export function uploadDetails(summary: UploadSummary): ReportDetails {
  return {
    headline: uploadHeadline(summary),
    counts: [
      ...Object.entries(summary.records),
      ['requests', summary.requests.sent],
      ['retries', summary.requests.retried],
    ],
    failures: summary.errors.map(({ field, reason, by, count, examples }) => ({
      reason: `${labeled(field, reason)}${by === 'miso' ? ' (Miso)' : ''}`,
      count,
      examples,
    })),
    warnings: summary.warnings.map(warningText),
    files: summary.rejectsFiles.map((path) => ['rejected records', path] as const),
  };
}

/** A warning on one line, with the number of affected records and the location of the first one. */
export function warningText({ message, count = 1, examples = [] }: CountedWarning): string {
  const [first] = examples;
  const id = first?.user_id === undefined ? '' : `: ${JSON.stringify(shorten(first.user_id, maxIdShown))}`;
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

/** The result of a run; its first line says it all. `verbose`: what limited a short run, too. */
export function resultText(summary: UploadSummary, style: Style, verbose = false): string {
  const { command, requests, tasks, dryRun, exitCode } = summary;
  const mark = exitCode === 0 ? style.green('✔') : summary.error ? style.red('✖') : style.yellow('!');
  const lines = [`${mark} ${style.bold(uploadHeadline(summary))} in ${formatDuration(summary.durationMs)}`];
  const detail = (text: string) => lines.push(style.dim(`  ${text}`));
  if (requests.needed !== undefined)
    detail(`${isSync(command) ? 'A sync' : 'An upload'} needs ${pluralize(requests.needed, 'request')}`);
  else if (requests.sent > 0) {
    const retries = requests.retried > 0 ? ` (${pluralize(requests.retried, 'retry', 'retries')})` : '';
    const server = escapeControls(summary.server ?? '');
    detail(`${pluralize(requests.sent, 'request')}${retries}, ${formatBytes(summary.bytes)} to ${server}`);
  }
  const limit = limitText(summary, verbose);
  if (limit !== '') detail(limit);
  if (tasks.queued > 0 && !dryRun) detail(`${pluralize(tasks.queued, 'task')} still processing at Miso`);
  if (tasks.failed > 0) detail(`${pluralize(tasks.failed, 'task')} failed at Miso`);
  return `${lines.join('\n')}\n${changesText(summary, style)}${syncText(summary, style)}`;
}

/** A shorter run is not enough to tell what limited it. */
const minSecondsForLimit = 5;

const limitNames: Readonly<Record<LimitedBy, string>> = {
  server: 'the server',
  latency: 'latency',
  concurrency: '--concurrency',
  'requests-per-second': '--requests-per-second',
  'bytes-per-second': '--bytes-per-second',
  machine: 'this machine',
};

/** The speed of a longer run, and what limited it. */
function limitText({ throughput, durationMs }: UploadSummary, verbose: boolean): string {
  if (!throughput || (durationMs < minSecondsForLimit * 1000 && !verbose)) return '';
  const { recordsPerSecond, concurrency, limitedBy, requestsPerSecond } = throughput;
  const refused =
    limitedBy === 'server' && requestsPerSecond !== undefined
      ? ` (429 at ${requestsPerSecond} requests/s)`
      : '';
  const speed = `${formatCount(recordsPerSecond)} records/s, ${pluralize(concurrency.typical, 'request')} at a time`;
  return `${speed}; limited by ${limitNames[limitedBy]}${refused}`;
}

/** The rejected records by field and reason, with file and line. */
export function rejectionText(summary: UploadSummary, style: Style): string {
  if (summary.errors.length === 0) return '';
  const lines = summary.errors.slice(0, maxGroups).flatMap((group) => groupLines(group, style));
  const more = summary.errors.length - maxGroups;
  if (more > 0) lines.push(`  and ${pluralize(more, 'more error type')} (--json lists all)`);
  return `${lines.join('\n')}\n`;
}

function groupLines(group: ErrorGroup, style: Style): string[] {
  const [field, text] = [escapeControls(group.field), escapeControls(group.reason)];
  const reason = labeled(field, text).replace(field, () => style.bold(field));
  const by = group.by === 'miso' ? ' (Miso)' : '';
  const count = style.dim(` — ${pluralize(group.count, 'record')}`);
  const lines = [`${style.red('✖')} ${reason}${by}${count}`];
  for (const example of group.examples.slice(0, maxExamples)) lines.push(`    ${exampleText(example)}`);
  const more = group.count - Math.min(maxExamples, group.examples.length);
  if (more > 0) lines.push(style.dim(`    and ${formatCount(more)} more`));
  if (group.hint !== undefined) lines.push(`  ${hintText(group.hint, style)}`);
  return lines;
}

/** `users.csv:812 u-1812: found "x"` */
export function exampleText({ file, line, user_id, found }: Example): string {
  const who = user_id === undefined ? '' : ` ${escapeControls(shorten(user_id, maxIdShown))}`;
  return `${escapeControls(file)}:${line}${who}${found === undefined ? '' : `: found ${escapeControls(found)}`}`;
}
