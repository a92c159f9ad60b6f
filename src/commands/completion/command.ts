import { Argument } from 'commander';
import type { MisoCommand } from '../../cli/miso-command.ts';
import type { Shell } from './run.ts';

/** Adds `miso completion`. */
export function addCompletion(program: MisoCommand): void {
  const command = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .summary('print a completion script for bash, zsh or fish')
    .description('Prints a shell script that completes commands, options, values and file names.')
    .example(
      ['eval "$(miso completion bash)"', 'in ~/.bashrc'],
      ['source <(miso completion zsh)', 'in ~/.zshrc, after compinit'],
      ['miso completion fish > ~/.config/fish/completions/miso.fish', 'once, for fish'],
    );
  command.runs(async (world, shell: Shell) => {
    const { completion } = await import('./run.ts');
    return await completion(shell, program, world);
  });
}
