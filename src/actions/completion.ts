import type { CompletionArguments } from '../cli/actions.ts';
import { bash } from '../completion/bash.ts';
import { fish } from '../completion/fish.ts';
import { zsh } from '../completion/zsh.ts';
import { exitCodes } from '../errors.ts';
import type { World } from '../world.ts';

const scripts = { bash, zsh, fish };

/** `miso completion` */
export async function completion({ shell, program }: CompletionArguments, world: World): Promise<number> {
  await world.stdout.write(scripts[shell](program));
  return exitCodes.ok;
}
