import type { Command } from 'commander';
import { helpLayout } from '../cli/help-layout.ts';
import { MisoCommand } from '../cli/miso-command.ts';
import { addGlobalOptions } from '../cli/options.ts';
import { addCompletion } from './completion/command.ts';
import { addConfig } from './config/command.ts';
import { addDoctor } from './doctor/command.ts';
import { addHelp } from './help/command.ts';
import { addInit } from './init/command.ts';
import { addSandbox } from './sandbox/command.ts';
import { addUsers } from './users/command.ts';

/** Creates the command tree. Each command loads its code when it runs. */
export function createProgram(version: string): MisoCommand {
  const program = new MisoCommand('miso');
  program
    .description('Upload, read and delete Miso users.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; -h prints a summary')
    .helpCommand('help [command]', 'print help for a command')
    .configureHelp(helpLayout)
    .showSuggestionAfterError(true)
    .showHelpAfterError(false);
  addGlobalOptions(program);
  for (const add of [addUsers, addConfig, addDoctor, addInit, addSandbox, addCompletion, addHelp])
    add(program);
  throwInsteadOfExiting(program);
  return program;
}

/** Must be called before subcommands are created, because they inherit it. */
function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExiting(child);
}
