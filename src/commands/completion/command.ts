import { Argument } from 'commander';
import { describeCommand } from '../../cli/completion/spec.ts';
import type { MisoCommand } from '../../cli/miso-command.ts';
import type { Actions, CompletionArguments, Settle } from '../actions.ts';

/** `miso completion` */
export function addCompletion(program: MisoCommand, actions: Actions, settle: Settle): void {
  const command = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .summary('completion script for bash, zsh or fish')
    .description('Prints a script that completes commands, options, values and files.')
    .example(
      ['source <(miso completion bash)', 'in ~/.bashrc'],
      ['source <(miso completion zsh)', 'in ~/.zshrc, after compinit'],
      ['miso completion fish > ~/.config/fish/completions/miso.fish', 'once, for fish'],
    );
  command.action((shell: CompletionArguments['shell']) =>
    settle(actions.completion({ shell, program: describeCommand(program) })),
  );
}
