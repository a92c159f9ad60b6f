import type { CommandSpec, OptionSpec } from '../../src/cli/completion/spec.ts';
import { allCommands } from '../../src/cli/completion/tree.ts';
import { exitCodes } from '../../src/errors.ts';
import { exitCodeMeanings } from './exit-codes.ts';

/** The manual page, in the macros of man(7). */
export function manPage(program: CommandSpec): string {
  const common = new Set(program.options.map(keyOf));
  const commands = allCommands(program).filter(({ commands: below }) => below.length === 0);
  return [
    '.TH MISO 1 "" "miso" "User Commands"',
    '.SH NAME',
    'miso \\- bring user records to Miso, read them, and take them out again',
    '.SH SYNOPSIS',
    ...commands.flatMap(synopsis),
    '.SH DESCRIPTION',
    roff(program.description),
    'Results go to standard output, everything else to standard error.',
    '.SH OPTIONS OF EVERY COMMAND',
    ...program.options.flatMap(option),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandPart(command, common)),
    '.SH EXIT STATUS',
    ...Object.values(exitCodes).flatMap((code) => ['.TP', `.B ${code}`, roff(exitCodeMeanings[code] ?? '')]),
    '.SH ENVIRONMENT',
    'Every setting has a variable, such as',
    '.BR MISO_API_KEY ,',
    '.B MISO_API_KEY_FILE',
    'and',
    '.BR MISO_SERVER .',
    '.B miso config',
    'shows which of them count.',
    '.SH FILES',
    '.TP',
    '.B .mirorc',
    'Settings of a project, in YAML or JSON, looked for from the working directory upwards.',
    '.TP',
    '.B $XDG_CONFIG_HOME/miso/config.yaml',
    'Settings of the user.',
    '.TP',
    '.B $XDG_STATE_HOME/miso',
    'What \\-\\-resume needs.',
    '',
  ].join('\n');
}

function synopsis({ path, usage }: CommandSpec): string[] {
  return [`.B ${roff(path)}`, roff([usage, '[options]'].filter((part) => part !== '').join(' ')), '.br'];
}

function commandPart(command: CommandSpec, common: ReadonlySet<string>): string[] {
  const { path, usage, aliases, description, options, examples } = command;
  return [
    `.SS ${roff(path)} ${roff(usage)}`,
    ...description.split('\n').map(roff),
    ...(aliases.length === 0 ? [] : [`Also: ${roff(aliases.join(', '))}.`]),
    ...options.filter((one) => !common.has(keyOf(one))).flatMap(option),
    ...examples.flatMap(([line, what]) => ['.PP', `${roff(what)}:`, '.RS', '.nf', roff(line), '.fi', '.RE']),
  ];
}

function option({ spellings, value, description }: OptionSpec): string[] {
  const names = spellings.map((name) => `\\fB${roff(name)}\\fR`).join(', ');
  return ['.TP', value ? `${names} \\fI${roff(value.name)}\\fR` : names, roff(description)];
}

function keyOf({ spellings }: OptionSpec): string {
  return spellings.join();
}

/** Text in which nothing is a macro: no line begins with a dot or a quote, and a hyphen stays one when it is copied. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll('…', '...');
  return escaped.replace(/^(?=[.'])/, '\\&');
}
