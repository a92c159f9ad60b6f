import { exitCodes } from '../../errors.ts';
import { escapeControls, shellLine } from '../../text.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { Style } from './style.ts';
import { isSync } from './upload/headline.ts';
import { wrap } from './width.ts';

/** The command line of this run, as it can be typed again; it never contains the key. */
export interface CommandLine {
  readonly files: readonly string[];
  /** Flags that say how records are read and where they go: the same for every further run. */
  readonly flags: readonly string[];
  /** Flags of this run only, such as --max-rejects. */
  readonly runFlags: readonly string[];
}

/** One thing to do. */
export interface Step {
  readonly what: string;
  readonly command: string;
}

/** Exit codes after which the same upload can be resumed. */
const resumableCodes: readonly number[] = [
  exitCodes.unavailable,
  exitCodes.interrupted,
  exitCodes.terminated,
];

/** What to do next; nothing if nothing is left to do. */
export function nextSteps(summary: UploadSummary, line: CommandLine): Step[] {
  return [...fixSteps(summary, line), ...continueSteps(summary, line)];
}

/** Steps with the command to type, which is never wrapped, so that it can be copied. */
export function nextText(
  steps: readonly Step[],
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): string {
  return steps
    .map(({ what, command }) => `${wrap(what, width)}\n  ${style.bold(escapeControls(command))}\n`)
    .join('');
}

function fixSteps(summary: UploadSummary, { flags, runFlags, files }: CommandLine): Step[] {
  const { rejectsFiles, records, exitCode } = summary;
  // A rejects file is not the whole set: all others would seem to be gone.
  if (rejectsFiles.length > 0 && !isSync(summary.command)) {
    const what = `Rejected records are in ${rejectsFiles.map(escapeControls).join(', ')}. Fix them, then run:`;
    return [{ what, command: sendCommand(summary, flags, rejectsFiles) }];
  }
  if (exitCode !== exitCodes.partial || records.rejected === 0) return [];
  return [
    {
      what: `Fix the rejected records in ${files.length === 0 ? 'the input' : files.map(escapeControls).join(', ')}, then run:`,
      command: shellLine(['miso', ...summary.command.split(' '), ...files, ...flags, ...runFlags]),
    },
  ];
}

function continueSteps(summary: UploadSummary, { flags, runFlags, files }: CommandLine): Step[] {
  const { exitCode, dryRun, records } = summary;
  const allFlags = [...flags, ...runFlags];
  if (summary.resumable && resumableCodes.includes(exitCode))
    return [{ what: 'To resume:', command: sendCommand(summary, [...allFlags, '--resume'], files) }];
  const isNothing = records.uploaded === 0 && (summary.plan === undefined || summary.sync?.gone === 0);
  if (exitCode !== exitCodes.ok || files.length === 0 || isNothing) return [];
  if (summary.plan !== undefined) {
    const words = [
      'miso',
      'users',
      'apply',
      summary.plan,
      ...allFlags.filter((flag) => flag !== '--dry-run'),
    ];
    return [{ what: 'To carry out the plan:', command: shellLine(words) }];
  }
  if (dryRun) {
    const realFlags = allFlags.filter((flag) => flag !== '--dry-run');
    const verb = summary.command === 'users validate' ? 'upload' : summary.command.replace('users ', '');
    return [{ what: `To ${verb} for real:`, command: sendCommand(summary, realFlags, files) }];
  }
  if (summary.command === 'users validate')
    return [{ what: 'To upload:', command: sendCommand(summary, allFlags, files) }];
  return [];
}

/** The command that sends records: what was validated is to be uploaded. */
function sendCommand({ command }: UploadSummary, flags: readonly string[], files: readonly string[]): string {
  const words = command === 'users validate' ? ['users', 'upload'] : command.split(' ');
  return shellLine(['miso', ...words, ...files, ...flags]);
}
