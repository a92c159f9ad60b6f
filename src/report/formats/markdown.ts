import { escapeControls, formatCount, formatDuration, pluralize } from '../../text.ts';
import type { CommandResult, Failure, ReportDetails } from './report-data.ts';

/** Max number of rows for failures: GitHub accepts at most 1 MiB of step summary. */
const maxFailures = 50;
const maxExamples = 3;

/** A run as Markdown: the result, counts, and a table of failures. Text from data is escaped. */
export function markdown({ summary, details }: CommandResult): string {
  const { command, exitCode, error, durationMs } = summary;
  const { headline, counts, failures, warnings, files } = details;
  const blocks = [
    `### ${exitCode === 0 ? '✅' : '❌'} miso ${plain(command)}`,
    `${plain(headline)} (${formatDuration(durationMs)}, exit code ${exitCode}).`,
  ];
  if (error)
    blocks.push(`**${plain(error.message)}**${error.hint === undefined ? '' : ` ${plain(error.hint)}`}`);
  if (counts.length > 0) blocks.push(countsTable(counts));
  if (failures.length > 0) blocks.push(failuresTable(failures));
  const more = failures.length - maxFailures;
  if (more > 0) blocks.push(`And ${pluralize(more, 'more error type')}.`);
  if (warnings.length > 0) blocks.push(warnings.map((text) => `- ⚠️ ${plain(text)}`).join('\n'));
  for (const [content, path] of files) blocks.push(`The ${content}: ${code(path)}`);
  return `${blocks.join('\n\n')}\n`;
}

function countsTable(counts: ReportDetails['counts']): string {
  const names = counts.map(([name]) => plain(name)).join(' | ');
  const values = counts.map(([, value]) => formatCount(value)).join(' | ');
  return `| ${names} |\n|${' ---: |'.repeat(counts.length)}\n| ${values} |`;
}

function failuresTable(failures: readonly Failure[]): string {
  const rows = failures.slice(0, maxFailures).map(({ reason, count, examples }) => {
    const where = examples.slice(0, maxExamples).map(({ file, line }) => code(`${file}:${line}`));
    return `| ${plain(reason)} | ${formatCount(count)} | ${where.join(', ')} |`;
  });
  return ['| reason | count | where |', '| --- | ---: | --- |', ...rows].join('\n');
}

/**
 * Escapes text so that it contains no markup, link, mention, or end of a cell. GitHub links addresses,
 * mentions and issue numbers even when they are escaped, unless their parts are separated, here by an empty
 * comment.
 */
export function plain(text: string): string {
  return escapeControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]~|$]/g, '\\$&')
    .replace(/[@#](?=\S)|:(?=\/\/)|www(?=\.)/gi, (start) => `${start === '#' ? '\\#' : start}<!-- -->`);
}

/** Escaped text in a fixed-width font. */
export function code(text: string): string {
  const escaped = escapeControls(text)
    .replace(/[&<>|`*_[\]\\~$@#!]/g, entity)
    .replace(/:(?=\/\/)|www(?=\.)/gi, (start) => `${start}<!-- -->`);
  return `<code>${escaped}</code>`;
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
