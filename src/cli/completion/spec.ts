import type { Argument, Option } from 'commander';
import type { Example, MisoCommand } from '../miso-command.ts';

/** What may stand somewhere on the command line. */
export interface ValueSpec {
  /** `file`, `column=field` */
  readonly name: string;
  /** Whether it is the path of a file. */
  readonly isFile: boolean;
  /** All values that are right; empty where they cannot be listed. */
  readonly choices: readonly string[];
}

/** An option as completion and documentation need it. */
export interface OptionSpec {
  /** `-k`, `--key`: every spelling that help shows. */
  readonly spellings: readonly string[];
  /** Absent for a switch. */
  readonly value?: ValueSpec;
  readonly description: string;
  /** The heading under which help shows it. */
  readonly group: string;
}

/** A command and everything below it. */
export interface CommandSpec {
  /** `miso users upload` */
  readonly path: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly description: string;
  /** `[files...]`, or nothing. */
  readonly usage: string;
  readonly argument?: ValueSpec;
  /** Its own, and those that every command has. */
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  readonly commands: readonly CommandSpec[];
}

/** The command tree as data. What help does not show is left out. */
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
    ...(value === undefined ? {} : { value: valueSpec(value, option.argChoices) }),
    description: option.description,
    group: (option.helpGroupHeading ?? 'Options:').replace(/:$/, ''),
  };
}

function valueSpec(name: string, choices: readonly string[] | undefined): ValueSpec {
  return { name, isFile: /^files?$/.test(name), choices: choices ?? [] };
}
