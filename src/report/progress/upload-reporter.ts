import type { SessionSettings } from '../../api/session.ts';
import { exitCodes } from '../../errors.ts';
import { escapeLines, timestamp } from '../../text.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { UploadResult } from '../../upload/run.ts';
import type { UploadEvents } from '../../upload/settings.ts';
import type { Output, World } from '../../world.ts';
import { warningText } from '../text/digest.ts';
import { errorText } from '../text/error-text.ts';
import { inputsText } from '../text/inputs-text.ts';
import { type CommandLine, nextSteps, nextText } from '../text/next-steps.ts';
import { type Style, styleFor } from '../text/style.ts';
import { rejectionText, resultText } from '../text/upload-text.ts';
import { wrap } from '../text/width.ts';
import { lineProgress } from './line-progress.ts';
import { noProgress, type Progress } from './progress.ts';
import { requestLines } from './request-lines.ts';
import { terminalProgress } from './terminal-progress.ts';

/** What of the settings concerns the reporter. */
export interface ReporterOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color?: boolean | undefined;
  readonly progress?: boolean | undefined;
  readonly typed: CommandLine;
}

/** Tells the user of an upload: on the way, and at its end. */
export interface UploadReporter {
  readonly events: UploadEvents;
  readonly session: Required<Pick<SessionSettings, 'events' | 'onPause'>>;
  warning(text: string): void;
  /** What was rejected and what went wrong, on stderr; nothing is drawn any more afterwards. */
  finish(result: UploadResult): Promise<void>;
  /** The result for stdout. */
  resultText(summary: UploadSummary, style: Style): string;
}

export function createUploadReporter(world: World, wishes: ReporterOptions): UploadReporter {
  const { stdout, stderr, clock } = world;
  const style = styleFor(stderr, world, wishes.color);
  const progress = chooseProgress(world, wishes, style);
  const held: string[] = [];
  const log = (text: string) =>
    progress.log(`${wrap(`${style.yellow('warning')} ${escapeLines(text)}`, widthFor(stderr))}\n`);
  // Under --quiet a note on the surroundings is worth a word only once something went wrong.
  const warning = (text: string) => void (wishes.quiet ? held.push(text) : log(text));

  return {
    warning,
    events: {
      started: (view) => {
        if (!wishes.quiet) progress.log(inputsText(view.inputs, { style, width: widthFor(stderr) }));
        progress.start(view);
      },
      warning,
    },
    session: {
      onPause: (until, reason) => progress.pause(until, reason),
      events: wishes.verbose ? requestLines((text) => progress.log(`${style.dim(text)}\n`)) : {},
    },
    finish: async ({ summary, error }) => {
      await progress.stop();
      if (summary.exitCode !== exitCodes.ok) held.forEach(log);
      for (const one of summary.warnings) if (one.code !== 'note') log(warningText(one));
      const width = widthFor(stderr);
      const problem = error === undefined ? '' : errorText(error, style);
      const quiet = wishes.quiet && summary.exitCode === exitCodes.ok;
      const steps = quiet ? [] : nextSteps(summary, wishes.typed);
      await stderr
        .write(wrap(rejectionText(summary, style) + problem, width) + nextText(steps, { style, width }))
        .catch(() => {});
    },
    resultText: (summary, outStyle) => {
      const quiet = wishes.quiet && summary.exitCode === exitCodes.ok;
      if (quiet || summary.files.length === 0) return '';
      // In a log the line tells when; on a terminal everybody knows.
      const when = stdout.isTTY ? '' : `${timestamp(clock.now())} `;
      return when + wrap(resultText(summary, outStyle), widthFor(stdout));
    },
  };
}

function chooseProgress(world: World, wishes: ReporterOptions, style: Style): Progress {
  const { stderr, clock } = world;
  const off = wishes.progress === false || (wishes.quiet && wishes.progress !== true);
  if (off) return noProgress(stderr);
  return movesOn(world)
    ? terminalProgress({ output: stderr, clock, style })
    : lineProgress({ output: stderr, clock });
}

/** Text for a terminal is broken between words; elsewhere lines stay whole, for grep. */
function widthFor(output: Output): number | undefined {
  return output.isTTY ? output.columns : undefined;
}

/** Whether stderr can be drawn on. */
function movesOn({ stderr, env }: World): boolean {
  return stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
}
