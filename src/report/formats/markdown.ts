import { escapeControls, formatCount, formatDuration } from '../../text.ts';
import type { Digest, Failure } from '../text/digest.ts';

/** Kinds of failure that get a row each: a step summary of GitHub holds no more than 1 MiB. */
const mostFailures = 50;
const examplesShown = 3;

/** A run as Markdown: what happened, counts, and a table of what failed. */
export function markdown(digest: Digest): string {
  const { exitCode, error } = digest;
  const mark = exitCode === 0 ? '✅' : '❌';
  const blocks = [
    `### ${mark} miso ${cell(digest.command)}`,
    `${cell(digest.headline)}, in ${formatDuration(digest.durationMs)}, exit code ${exitCode}.`,
  ];
  if (error) {
    const hint = error.hint === undefined ? '' : ` ${cell(error.hint)}`;
    blocks.push(`**${cell(error.message)}**${hint}`);
  }
  if (digest.counts.length > 0) blocks.push(countsTable(digest.counts));
  if (digest.failures.length > 0) blocks.push(failuresTable(digest.failures));
  const more = digest.failures.length - mostFailures;
  if (more > 0) blocks.push(`And ${formatCount(more)} further kinds.`);
  if (digest.warnings.length > 0) blocks.push(digest.warnings.map((text) => `- ⚠️ ${cell(text)}`).join('\n'));
  for (const [what, path] of digest.files) blocks.push(`The ${what}: ${code(path)}`);
  return `${blocks.join('\n\n')}\n`;
}

function countsTable(counts: Digest['counts']): string {
  const names = counts.map(([name]) => cell(name)).join(' | ');
  const values = counts.map(([, value]) => formatCount(value)).join(' | ');
  return `| ${names} |\n|${' ---: |'.repeat(counts.length)}\n| ${values} |`;
}

function failuresTable(failures: readonly Failure[]): string {
  const rows = failures.slice(0, mostFailures).map(({ what, count: records, examples }) => {
    const where = examples.slice(0, examplesShown).map(({ file, line }) => code(`${file}:${line}`));
    return `| ${cell(what)} | ${formatCount(records)} | ${where.join(', ')} |`;
  });
  return ['| rejected because | count | where |', '| --- | ---: | --- |', ...rows].join('\n');
}

/** Text that is text wherever it stands: nothing in it is markup, a mention, or the end of a cell. */
function cell(text: string): string {
  return escapeControls(text.toWellFormed())
    .replace(/[\\`*_[\]#~|$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;');
}

function code(text: string): string {
  const shown = escapeControls(text.toWellFormed());
  const escaped = shown.replace(/[&<>|`]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<code>${escaped}</code>`;
}
