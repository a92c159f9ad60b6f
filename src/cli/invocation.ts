import type { Command, Option } from 'commander';
import type { MisoCommand } from './miso-command.ts';
import type { GlobalOptions } from './options.ts';

/** What is known about a failed command line, even if it could not be parsed. */
export interface Invocation extends Pick<GlobalOptions, 'flags' | 'json'> {
  /** `users upload`; `miso` when no command was recognized. */
  readonly command: string;
  /** Every word that may be a file name, except that of the report. */
  readonly words: readonly string[];
}

/** Recognizes the command and its output options in a command line, without parsing the rest. */
export function invocationOf(program: MisoCommand, args: readonly string[]): Invocation {
  let command = program;
  let report: string | undefined;
  let color: boolean | undefined;
  let json = false;
  const words: string[] = [];
  for (let n = 0; n < args.length && args[n] !== '--'; n++) {
    const [name, value] = split(args[n]!);
    if (!name.startsWith('-')) {
      words.push(name);
      command = command.find(name) ?? command;
      continue;
    }
    const takesNext = value === undefined && (optionOf(command, name)?.required ?? false);
    if (name === '--report') report = value ?? args[n + 1];
    if (name === '--json') json = true;
    if (name === '--no-color' || name === '--color') color = name === '--color';
    if (name !== '--report') words.push(value ?? (takesNext ? (args[n + 1] ?? '') : ''));
    if (takesNext) n++;
  }
  return {
    command: nameOf(command),
    json,
    words: words.filter((word) => word !== ''),
    flags: { ...(report === undefined ? {} : { report }), ...(color === undefined ? {} : { color }) },
  };
}

/** The name of an option and its value after "=". */
export function split(word: string): [name: string, value: string | undefined] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** The option of a command or of its parents with this spelling. */
export function optionOf(command: Command, name: string): Option | undefined {
  for (let at: Command | null = command; at; at = at.parent) {
    const found = at.options.find(({ short, long }) => name === short || name === long);
    if (found) return found;
  }
  return undefined;
}

/** `users upload`; the program itself is `miso`. */
function nameOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ') || command.name();
}
