import { Chalk, type ChalkInstance } from 'chalk';
import type { Output, World } from '../../world.ts';

/** What determines whether color is used, highest priority first. */
export interface ColorOptions {
  /** --color, --no-color. */
  readonly flag: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
}

/** Whether to color a stream. Sources: no-color.org, force-color.org. */
export function usesColor({ flag, env, isTTY }: ColorOptions): boolean {
  if (flag !== undefined) return flag;
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTTY && env['TERM'] !== 'dumb';
}

/** Colors for one stream; each stream is decided separately. */
export function createStyle(options: ColorOptions): ChalkInstance {
  return new Chalk({ level: usesColor(options) ? 1 : 0 });
}

/** Colors for one of the output streams; `flag` is --color or --no-color. */
export function styleFor(
  output: Pick<Output, 'isTTY'>,
  { env }: Pick<World, 'env'>,
  flag: boolean | undefined,
): Style {
  return createStyle({ flag, env, isTTY: output.isTTY });
}

export type Style = ChalkInstance;
