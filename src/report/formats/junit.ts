import { escapeControls } from '../../text.ts';
import type { Digest, Failure } from '../text/digest.ts';
import { exampleText } from '../text/upload-text.ts';

/** Kinds of failure that get a test case each. */
const mostFailures = 100;

/**
 * A run as JUnit XML, as CI systems show it: one test case for the run as a whole, and a failed one for each kind of
 * failure. Source: the schema that Jenkins and GitLab read.
 */
export function junit(digest: Digest): string {
  const failures = digest.failures.slice(0, mostFailures);
  const seconds = (digest.durationMs / 1000).toFixed(3);
  const failed = failures.length + (digest.exitCode !== 0 && !digest.error ? 1 : 0);
  const counts = {
    tests: failures.length + 1,
    failures: failed,
    errors: digest.error ? 1 : 0,
    skipped: 0,
    time: seconds,
  };
  const suite = {
    name: `miso ${digest.command}`,
    ...counts,
    timestamp: digest.startedAt.replace(/\.\d+Z$/, ''),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'miso', ...counts })}>`,
    `  <testsuite${attributes(suite)}>`,
    wholeCase(digest, seconds),
    ...failures.map((failure) => failureCase(failure, digest.command)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function wholeCase({ command, headline, error, exitCode, warnings }: Digest, seconds: string): string {
  const open = `    <testcase${attributes({ name: 'the run as a whole', classname: classOf(command), time: seconds })}>`;
  const lines = [open];
  if (error) {
    const text = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
    lines.push(
      `      <error${attributes({ type: error.code, message: error.message })}>${escapeXml(text)}</error>`,
    );
  } else if (exitCode !== 0)
    lines.push(`      <failure${attributes({ type: `exit code ${exitCode}`, message: headline })}/>`);
  lines.push(
    `      <system-out>${escapeXml([headline, ...warnings].join('\n'))}</system-out>`,
    '    </testcase>',
  );
  return lines.join('\n');
}

function failureCase({ what, count, examples }: Failure, command: string): string {
  const where = [`${count} of them`, ...examples.map(exampleText)].join('\n');
  return [
    `    <testcase${attributes({ name: what, classname: classOf(command), ...placeOf(examples) })}>`,
    `      <failure${attributes({ type: 'rejected', message: `${what} (${count})` })}>${escapeXml(where)}</failure>`,
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

/** Characters that XML 1.0 cannot hold at all are escaped as elsewhere in our output; line breaks stay. */
function escapeXml(text: string): string {
  const lines = text.toWellFormed().split('\n').map(escapeControls).join('\n');
  return lines.replace(/[\ufffe\uffff]/g, '\ufffd').replace(/[&<>"']/g, (character) => entities[character]!);
}
