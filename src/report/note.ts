import type { SessionSettings } from '../api/session.ts';
import type { World } from '../world.ts';
import { escapeLines } from './escape.ts';
import { requestLines } from './request-lines.ts';
import { createStyle, type Style } from './style.ts';
import { duration } from './words.ts';

/** Says things on stderr while a command is under way that has no progress to show. */
export interface Notes {
  readonly style: Style;
  warning(text: string): void;
  line(text: string): void;
  readonly session: Required<Pick<SessionSettings, 'events' | 'onPause'>>;
}

/** A pause longer than this is worth a line, in milliseconds. */
const longPauseMs = 2000;

export function createNotes(
  world: World,
  wishes: { readonly verbose: boolean; readonly color?: boolean | undefined },
): Notes {
  const { stderr, env, clock } = world;
  const style = createStyle({ flag: wishes.color, env, isTTY: stderr.isTTY });
  const line = (text: string) => void stderr.write(`${text}\n`).catch(() => {});
  return {
    style,
    line,
    warning: (text) => line(`${style.yellow('warning')} ${escapeLines(text)}`),
    session: {
      onPause: (until, reason) => {
        const ms = until - clock.now();
        if (ms >= longPauseMs) line(style.dim(`waiting ${duration(ms)}: ${escapeLines(reason)}`));
      },
      events: wishes.verbose ? requestLines((text) => line(style.dim(text))) : {},
    },
  };
}
