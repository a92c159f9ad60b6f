import type { SessionSettings } from '../../api/session.ts';
import { escapeLines } from '../../text.ts';
import type { World } from '../../world.ts';
import { warningLine } from '../text/error-text.ts';
import { type Style, styleFor } from '../text/style.ts';
import { wrapFor } from '../text/width.ts';
import { print } from './progress.ts';
import { pauseText } from './progress-text.ts';
import { requestEvents } from './request-lines.ts';

/** Messages on stderr during a command that shows no progress. */
export interface Logger {
  readonly style: Style;
  /** Suppressed by --quiet. */
  warning(text: string): void;
  line(text: string): void;
  readonly session: Required<Pick<SessionSettings, 'events' | 'onPause'>>;
}

/** Shorter pauses, in milliseconds, are not reported. */
const minPauseMs = 2000;

export interface LoggerOptions {
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly color?: boolean | undefined;
}

export function createLogger(world: World, { verbose, quiet, color }: LoggerOptions): Logger {
  const { stderr, clock } = world;
  const style = styleFor(stderr, world, color);
  const line = (text: string) => print(stderr, `${wrapFor(stderr, text)}\n`);
  return {
    style,
    line,
    warning: (text) => {
      if (!quiet) line(warningLine(text, style));
    },
    session: {
      onPause: (until, reason) => {
        if (until - clock.monotonic() >= minPauseMs && !quiet)
          line(style.dim(`${pauseText({ until, reason }, clock.monotonic())} (${escapeLines(reason)})`));
      },
      events: verbose ? requestEvents((text) => line(style.dim(text))) : {},
    },
  };
}
