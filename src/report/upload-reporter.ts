import type { SessionSettings } from '../api/session.ts';
import type { UploadResult } from '../upload/run.ts';
import type { UploadEvents } from '../upload/settings.ts';
import type { World } from '../world.ts';
import { detectedText } from './detected-text.ts';
import { escapeLines } from './escape.ts';
import { problemText } from './problem-text.ts';
import { lineProgress, noProgress, type Progress, terminalProgress } from './progress.ts';
import { requestLines } from './request-lines.ts';
import { createStyle } from './style.ts';
import { rejectionText, resultText } from './upload-text.ts';

/** What of the settings concerns the reporter. */
export interface ReportWishes {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color?: boolean | undefined;
  readonly progress?: boolean | undefined;
}

/** Tells the user of an upload: on the way, and at its end. */
export interface UploadReporter {
  readonly events: UploadEvents;
  readonly session: Required<Pick<SessionSettings, 'events' | 'onPause'>>;
  warning(text: string): void;
  finish(result: UploadResult): Promise<void>;
}

export function createUploadReporter(world: World, wishes: ReportWishes): UploadReporter {
  const { stdout, stderr, env } = world;
  const errStyle = createStyle({ flag: wishes.color, env, isTTY: stderr.isTTY });
  const outStyle = createStyle({ flag: wishes.color, env, isTTY: stdout.isTTY });
  const progress = chooseProgress(world, wishes, errStyle);
  const warning = (text: string) => progress.log(`${errStyle.yellow('warning')} ${escapeLines(text)}\n`);

  return {
    warning,
    events: {
      started: (view) => {
        if (!wishes.quiet && !wishes.json) progress.log(detectedText(view.inputs, errStyle));
        progress.start(view);
      },
      warning,
    },
    session: {
      onPause: (until, reason) => progress.pause(until, reason),
      events: wishes.verbose ? requestLines((text) => progress.log(`${errStyle.dim(text)}\n`)) : {},
    },
    finish: async ({ summary, error }) => {
      await progress.stop();
      for (const { message, count } of summary.warnings.filter(({ code }) => code !== 'note')) {
        warning(count === undefined ? message : `${message} (${count.toLocaleString('en')})`);
      }
      await stderr.write(rejectionText(summary, errStyle));
      if (error !== undefined) await stderr.write(problemText(error, errStyle));
      if (wishes.json) await stdout.write(`${JSON.stringify(summary)}\n`);
      else if (!wishes.quiet && summary.files.length > 0) await stdout.write(resultText(summary, outStyle));
    },
  };
}

function chooseProgress(world: World, wishes: ReportWishes, style: ReturnType<typeof createStyle>): Progress {
  const deps = { output: world.stderr, clock: world.clock, style };
  const off = wishes.progress === false || (wishes.quiet && wishes.progress !== true);
  if (off) return noProgress(world.stderr);
  const moves = world.stderr.isTTY && world.env['TERM'] !== 'dumb' && !world.env['CI'];
  return moves ? terminalProgress(deps) : lineProgress(deps);
}
