import type { Command } from 'commander';
import { helpLayout } from '../cli/help-layout.ts';
import { MisoCommand } from '../cli/miso-command.ts';
import { addCommonOptions } from '../cli/options.ts';
import type { Actions, Settle } from './actions.ts';
import { addCompletion } from './completion/command.ts';
import { addConfig } from './config/command.ts';
import { addInit } from './init/command.ts';
import { addSandbox } from './sandbox/command.ts';
import { addUsers } from './users/index.ts';

/** A fresh command tree. `settle` is called once, by the command that is run; usage errors are thrown as CommanderError. */
export function createProgram(
  actions: Actions,
  options: { readonly version: string; readonly settle: Settle },
): MisoCommand {
  const program = new MisoCommand('miso');
  program
    .description('Brings user records to Miso, and takes them out again.')
    .version(options.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .configureHelp(helpLayout)
    .showSuggestionAfterError(true)
    .showHelpAfterError(false);
  addCommonOptions(program);
  addUsers(program, actions, options.settle);
  addConfig(program, actions, options.settle);
  addInit(program, actions, options.settle);
  addSandbox(program, actions, options.settle);
  addCompletion(program, actions, options.settle);
  throwInsteadOfExiting(program);
  return program;
}

/** Subcommands copy this setting only from what their parent had when they were made. */
function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExiting(child);
}
