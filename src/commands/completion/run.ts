import { bash } from '../../cli/completion/bash.ts';
import { fish } from '../../cli/completion/fish.ts';
import { describeCommand } from '../../cli/completion/spec.ts';
import { zsh } from '../../cli/completion/zsh.ts';
import type { MisoCommand } from '../../cli/miso-command.ts';
import { exitCodes } from '../../errors.ts';
import type { World } from '../../world.ts';

const scripts = { bash, zsh, fish };

export type Shell = keyof typeof scripts;

/** `miso completion`: prints the completion script of a program for one shell. */
export async function completion(shell: Shell, program: MisoCommand, { stdout }: World): Promise<number> {
  await stdout.write(scripts[shell](describeCommand(program)));
  return exitCodes.ok;
}
