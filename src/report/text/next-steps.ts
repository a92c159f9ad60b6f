import { exitCodes } from '../../errors.ts';
import { escapeControls, shellLine } from '../../text.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { Style } from './style.ts';
import { wrap } from './width.ts';

/** The command line that is under way, as it can be typed again; it never holds the key. */
export interface CommandLine {
  readonly files: readonly string[];
  /** Flags that say how records are read and where they go: they hold for every further run. */
  readonly flags: readonly string[];
  /** Flags that belong to this run, such as --max-rejects. */
  readonly runFlags: readonly string[];
}

/** Exit codes after which the same upload can go on. */
const resumable: readonly number[] = [exitCodes.unavailable, exitCodes.interrupted, exitCodes.terminated];

/** What to do next, step by step; nothing when there is nothing left to do. */
export function nextSteps(summary: UploadSummary, typed: CommandLine): Step[] {
  return [...mendSteps(summary, typed), ...goOnSteps(summary, typed)];
}

/** Steps with the very command to type, which is never broken into lines: it is there to be copied. */
export function nextText(
  steps: readonly Step[],
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): string {
  return steps
    .map(({ what, command }) => `${wrap(what, width)}\n  ${style.bold(escapeControls(command))}\n`)
    .join('');
}

/** One thing to do. */
export interface Step {
  readonly what: string;
  readonly command: string;
}

function mendSteps(summary: UploadSummary, typed: CommandLine): Step[] {
  const { rejectsFiles, records, exitCode } = summary;
  if (rejectsFiles.length > 0) {
    const what = `The rejected records are in ${rejectsFiles.map(escapeControls).join(', ')}. Mend them there, then:`;
    return [{ what, command: upload(typed.flags, rejectsFiles) }];
  }
  if (exitCode !== exitCodes.partial || records.rejected === 0) return [];
  const words = ['miso', 'users', summary.command === 'users validate' ? 'validate' : 'upload'];
  const flags = [...typed.flags, ...typed.runFlags];
  return [{ what: 'Mend them in the file, then:', command: shellLine([...words, ...flags, ...typed.files]) }];
}

function goOnSteps(summary: UploadSummary, typed: CommandLine): Step[] {
  const { exitCode, dryRun, records } = summary;
  const flags = [...typed.flags, ...typed.runFlags];
  if (summary.resumable && resumable.includes(exitCode))
    return [{ what: 'To go on where it stopped:', command: upload([...flags, '--resume'], typed.files) }];
  if (exitCode !== exitCodes.ok || typed.files.length === 0 || records.uploaded === 0) return [];
  if (dryRun) {
    const real = flags.filter((flag) => flag !== '--dry-run');
    return [{ what: 'To store them:', command: upload(real, typed.files) }];
  }
  if (summary.command === 'users validate')
    return [{ what: 'To upload them:', command: upload(flags, typed.files) }];
  return [];
}

function upload(flags: readonly string[], files: readonly string[]): string {
  return shellLine(['miso', 'users', 'upload', ...files, ...flags]);
}
