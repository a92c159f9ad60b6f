import type { Argument, Option } from 'commander';
import type { Example, MisoCommand } from '../miso-command.ts';
import { completerOf } from '../options.ts';

/** A value on the command line. */
export interface ValueSpec {
  /** `file`, `column=field` */
  readonly name: string;
  /** Whether it is the path of a file. */
  readonly isFile: boolean;
  /** All valid values; empty if they cannot be listed. */
  readonly choices: readonly string[];
  /** A command that prints the possible values, one per line. */
  readonly command?: string | undefined;
}

/** An option, for completion and documentation. */
export interface OptionSpec {
  /** `-k`, `--key`: all spellings that help shows. */
  readonly spellings: readonly string[];
  /** Absent for a switch. */
  readonly value?: ValueSpec;
  readonly description: string;
  /** The heading in help. */
  readonly group: string;
}

/** A command and its subcommands. */
export interface CommandSpec {
  /** `miso users upload` */
  readonly path: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly description: string;
  /** `[files...]`, or empty. */
  readonly usage: string;
  readonly argument?: ValueSpec;
  /** Its own and the global ones. */
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  readonly commands: readonly CommandSpec[];
  /** Whether it has an action of its own, in addition to its subcommands. */
  readonly runs: boolean;
}

/** The command tree as data, without hidden options. */
export function describeCommand(command: MisoCommand, above = ''): CommandSpec {
  const path = `${above}${command.name()}`;
  const help = command.createHelp();
  const [argument] = command.registeredArguments;
  const children = help.visibleCommands(command) as MisoCommand[];
  return {
    path,
    name: command.name(),
    aliases: command.aliases(),
    summary: command.summary(),
    description: command.description(),
    usage: command.registeredArguments.map(usageOf).join(' '),
    ...(argument ? { argument: valueSpec(argument.name(), argument.argChoices) } : {}),
    options: [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map(optionSpec),
    examples: command.examples,
    runs: command.isRunnable,
    commands: children
      .filter((child) => child.name() !== 'help')
      .map((child) => describeCommand(child, `${path} `)),
  };
}

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionSpec(option: Option): OptionSpec {
  const value = /<(.+)>/.exec(option.flags)?.[1];
  return {
    spellings: option.flags.split(/[ ,|]+/).filter((word) => word.startsWith('-')),
    ...(value === undefined
      ? {}
      : { value: { ...valueSpec(value, option.argChoices), command: completerOf(option) } }),
    description: option.description,
    group: (option.helpGroupHeading ?? 'Options:').replace(/:$/, ''),
  };
}

function valueSpec(name: string, choices: readonly string[] | undefined): ValueSpec {
  return { name, isFile: /^files?$/.test(name), choices: choices ?? [] };
}
