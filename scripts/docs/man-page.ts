import type { CommandSpec, OptionSpec } from '../../src/cli/completion/spec.ts';
import { allCommands } from '../../src/cli/completion/tree.ts';
import { exitCodeMeanings } from '../../src/commands/help/exit-codes.ts';
import { exitCodes } from '../../src/errors.ts';

/** The manual page, in the macros of man(7). */
export function manPage(program: CommandSpec): string {
  const common = new Set(program.options.map(keyOf));
  const commands = allCommands(program).filter(({ runs }) => runs);
  return [
    '.TH MISO 1 "" "miso" "User Commands"',
    '.SH NAME',
    'miso \\- upload, read and delete Miso users',
    '.SH SYNOPSIS',
    ...commands.flatMap(synopsis),
    '.SH DESCRIPTION',
    roff(program.description),
    'Results go to standard output, everything else to standard error.',
    '.SH GLOBAL OPTIONS',
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
    'shows which of them are used.',
    '.SH FILES',
    '.TP',
    '.B .mirorc',
    'Project settings, in YAML or JSON, in the working directory or a folder above it.',
    '.TP',
    '.B $XDG_CONFIG_HOME/miso/config.yaml',
    'User settings.',
    '.TP',
    '.B $XDG_STATE_HOME/miso',
    'Journals of interrupted uploads, for \\-\\-resume.',
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

/** Text without macros: no line starts with a dot or a quote, and hyphens can be copied. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll('…', '...');
  return escaped.replace(/^(?=[.'])/, '\\&');
}
