import type { World } from '../../world.ts';
import type { Style } from '../text/style.ts';
import { lineProgress } from './line-progress.ts';
import { noProgress, type Progress } from './progress.ts';
import { terminalProgress } from './terminal-progress.ts';

interface ProgressOptions {
  readonly quiet: boolean;
  /** --progress, --no-progress */
  readonly progress?: boolean | undefined;
}

/** Chooses how to show progress: one animated line on a terminal, periodic lines in a log, or nothing. */
export function chooseProgress(world: World, options: ProgressOptions, style: Style): Progress {
  const { stderr, clock } = world;
  const off = options.progress === false || (options.quiet && options.progress !== true);
  if (off) return noProgress(stderr);
  return canDraw(world)
    ? terminalProgress({ output: stderr, clock, style })
    : lineProgress({ output: stderr, clock });
}

function canDraw({ stderr, env }: World): boolean {
  return stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
}
