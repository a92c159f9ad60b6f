import type { SessionSettings } from '../../api/session.ts';
import { exitCodes } from '../../errors.ts';
import { escapeControls, timestamp } from '../../text.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { UploadResult } from '../../upload/run.ts';
import type { UploadEvents } from '../../upload/settings.ts';
import type { World } from '../../world.ts';
import { errorText, warningLine } from '../text/error-text.ts';
import { inputsText } from '../text/inputs-text.ts';
import { type CommandLine, nextSteps, nextText } from '../text/next-steps.ts';
import { type Style, styleFor } from '../text/style.ts';
import { rejectionText, resultText, warningText } from '../text/upload-text.ts';
import { widthFor, wrapFor } from '../text/width.ts';
import { chooseProgress } from './choose-progress.ts';
import { progressText } from './progress-text.ts';
import { requestEvents } from './request-lines.ts';

export interface ReporterOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color?: boolean | undefined;
  readonly progress?: boolean | undefined;
  readonly commandLine: CommandLine;
}

/** Reports an upload to the user, in this order: events of the run, problems, the result, next steps. */
export interface UploadReporter {
  readonly events: UploadEvents;
  readonly session: Required<Pick<SessionSettings, 'events' | 'onPause'>>;
  warning(text: string): void;
  /** Stops drawing, for instance before a prompt. */
  stopProgress(): Promise<void>;
  /** Prints rejected records and failures to stderr. Nothing is drawn after that. */
  problems(result: UploadResult): Promise<void>;
  /** The result for stdout. */
  resultText(summary: UploadSummary, style: Style): string;
  /** Prints what to do next, to stderr. */
  nextSteps(summary: UploadSummary): Promise<void>;
}

export function createUploadReporter(world: World, options: ReporterOptions): UploadReporter {
  const { stdout, stderr, clock } = world;
  const style = styleFor(stderr, world, options.color);
  const progress = chooseProgress(world, options, style);
  const held: string[] = [];
  let printed = false;
  const log = (text: string) => {
    printed = true;
    progress.log(`${wrapFor(stderr, warningLine(text, style))}\n`);
  };
  // Under --quiet, warnings are printed only if the run has problems.
  const warning = (text: string) => void (options.quiet ? held.push(text) : log(text));
  const isQuiet = ({ exitCode }: UploadSummary) => options.quiet && exitCode === exitCodes.ok;
  /** Separates a block from the one above it. A log gets no empty lines. */
  const block = (text: string, isTTY = stderr.isTTY) => {
    if (text === '') return '';
    const gap = printed && isTTY && stderr.isTTY ? '\n' : '';
    printed = true;
    return gap + text;
  };

  return {
    warning,
    events: {
      started: (view) => {
        if (!options.quiet) progress.log(block(inputsText(view.inputs, { style, width: widthFor(stderr) })));
        progress.start((now, pause) => progressText(view, now, pause));
      },
      warning,
      ...(options.verbose
        ? {
            queued: (taskId: string) =>
              progress.log(`${style.dim(`Miso queued task ${escapeControls(taskId)}`)}\n`),
          }
        : {}),
    },
    session: {
      onPause: (until, reason) => progress.pause(until, reason),
      events: options.verbose ? requestEvents((text) => progress.log(`${style.dim(text)}\n`)) : {},
    },
    stopProgress: () => progress.stop(),
    problems: async ({ summary, error }) => {
      await progress.stop();
      if (summary.exitCode !== exitCodes.ok) held.forEach(log);
      for (const one of summary.warnings) if (one.code !== 'note') log(warningText(one));
      const rejections = block(wrapFor(stderr, rejectionText(summary, style)));
      const problem = error === undefined ? '' : block(wrapFor(stderr, errorText(error, style)));
      await stderr.write(rejections + problem).catch(() => {});
    },
    resultText: (summary, stdoutStyle) => {
      if (isQuiet(summary) || summary.files.length === 0) return '';
      const text = wrapFor(stdout, resultText(summary, stdoutStyle, options.verbose));
      // Only a log needs time stamps.
      return stdout.isTTY ? block(text, true) : `${timestamp(clock.now())} ${text}`;
    },
    nextSteps: async (summary) => {
      if (isQuiet(summary)) return;
      const text = nextText(nextSteps(summary, options.commandLine), { style, width: widthFor(stderr) });
      await stderr.write(block(text)).catch(() => {});
    },
  };
}
