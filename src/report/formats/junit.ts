import { escapeControls, joinParts, pluralize } from '../../text.ts';
import { exampleText } from '../text/upload-text.ts';
import type { CommandResult, Failure } from './report-data.ts';

/** Max number of failures with a test case of their own. */
const maxFailures = 100;

/**
 * A run as JUnit XML for CI systems: one test case for the whole run, and a failed one for each type of
 * failure. Source: the schema that Jenkins and GitLab read.
 */
export function junit(result: CommandResult): string {
  const { summary, details } = result;
  const failures = details.failures.slice(0, maxFailures);
  const runFailed = summary.exitCode !== 0 && summary.error === undefined;
  const counts = {
    tests: failures.length + 1,
    failures: failures.length + (runFailed ? 1 : 0),
    errors: summary.error === undefined ? 0 : 1,
    skipped: 0,
    time: secondsOf(result),
  };
  const suite = {
    name: `miso ${summary.command}`,
    ...counts,
    timestamp: summary.startedAt.replace(/\.\d+Z$/, ''),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'miso', ...counts })}>`,
    `  <testsuite${attributes(suite)}>`,
    runCase(result),
    ...failures.map((failure) => failureCase(failure, summary.command)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function secondsOf({ summary }: CommandResult): string {
  return (summary.durationMs / 1000).toFixed(3);
}

function runCase(result: CommandResult): string {
  const { headline, warnings } = result.details;
  const { command, error, exitCode } = result.summary;
  const testCase = { name: 'the whole run', classname: classOf(command), time: secondsOf(result) };
  const problem = { type: error?.code ?? `exit code ${exitCode}`, message: error?.message ?? headline };
  const lines = [`    <testcase${attributes(testCase)}>`];
  if (error) {
    const text = joinParts([error.message, error.hint ?? ''], '\n');
    lines.push(`      <error${attributes(problem)}>${escapeXml(text)}</error>`);
  } else if (exitCode !== 0) lines.push(`      <failure${attributes(problem)}/>`);
  const output = [headline, ...warnings].join('\n');
  return [...lines, `      <system-out>${escapeXml(output)}</system-out>`, '    </testcase>'].join('\n');
}

function failureCase({ reason, count, examples }: Failure, command: string): string {
  const records = pluralize(count, 'record');
  const text = [records, ...examples.map(exampleText)].join('\n');
  const testCase = { name: reason, classname: classOf(command), ...placeOf(examples) };
  const failure = { type: 'rejected', message: `${reason} (${records})` };
  return [
    `    <testcase${attributes(testCase)}>`,
    `      <failure${attributes(failure)}>${escapeXml(text)}</failure>`,
    '    </testcase>',
  ].join('\n');
}

function placeOf([first]: Failure['examples']): Record<string, string | number> {
  return first === undefined ? {} : { file: first.file, line: first.line };
}

function classOf(command: string): string {
  return `miso.${command.replaceAll(' ', '.')}`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(escapeControls(String(value)))}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 cannot contain are escaped as in all output. Line breaks are kept. */
function escapeXml(text: string): string {
  const lines = text.toWellFormed().split('\n').map(escapeControls).join('\n');
  return lines.replace(/[\ufffe\uffff]/g, '\ufffd').replace(/[&<>"']/g, (character) => entities[character]!);
}
