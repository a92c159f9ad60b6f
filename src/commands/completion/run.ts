import { bash } from '../../cli/completion/bash.ts';
import { fish } from '../../cli/completion/fish.ts';
import { zsh } from '../../cli/completion/zsh.ts';
import { exitCodes } from '../../errors.ts';
import type { World } from '../../world.ts';
import type { CompletionArguments } from '../actions.ts';

const scripts = { bash, zsh, fish };

/** `miso completion` */
export async function completion({ shell, program }: CompletionArguments, world: World): Promise<number> {
  await world.stdout.write(scripts[shell](program));
  return exitCodes.ok;
}
