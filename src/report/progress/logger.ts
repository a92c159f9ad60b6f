import type { SessionSettings } from '../../api/session.ts';
import { escapeLines, formatDuration } from '../../text.ts';
import type { World } from '../../world.ts';
import { type Style, styleFor } from '../text/style.ts';
import { say } from './progress.ts';
import { requestLines } from './request-lines.ts';

/** Says things on stderr while a command is under way that has no progress to show. */
export interface Logger {
  readonly style: Style;
  /** Held back under --quiet, which asks for silence while all is well. */
  warning(text: string): void;
  line(text: string): void;
  readonly session: Required<Pick<SessionSettings, 'events' | 'onPause'>>;
}

/** A pause longer than this is worth a line, in milliseconds. */
const longPauseMs = 2000;

export function createLogger(
  world: World,
  wishes: { readonly verbose: boolean; readonly quiet: boolean; readonly color?: boolean | undefined },
): Logger {
  const { stderr, clock } = world;
  const style = styleFor(stderr, world, wishes.color);
  const line = (text: string) => say(stderr, `${text}\n`);
  return {
    style,
    line,
    warning: (text) => {
      if (!wishes.quiet) line(`${style.yellow('warning')} ${escapeLines(text)}`);
    },
    session: {
      onPause: (until, reason) => {
        const ms = until - clock.monotonic();
        if (ms >= longPauseMs && !wishes.quiet)
          line(style.dim(`paused by the server, on in ${formatDuration(ms)} (${escapeLines(reason)})`));
      },
      events: wishes.verbose ? requestLines((text) => line(style.dim(text))) : {},
    },
  };
}
