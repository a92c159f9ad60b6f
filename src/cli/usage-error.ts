import type { CommanderError } from 'commander';
import { UsageError } from '../errors.ts';
import { looksSecret } from '../redact.ts';
import { listOf, quoteText } from '../text.ts';
import type { MisoCommand } from './miso-command.ts';

/** Maps commander's error messages to ours. */
const rules: readonly (readonly [RegExp, (match: string[]) => string])[] = [
  [/^unknown option '(--[^=']*)[='].*/s, ([, name]) => `Unknown option ${name}.`],
  // `-KSECRET`
  [/^unknown option '(-[^-]).*/s, ([, name]) => `Unknown option ${name}.`],
  [/^unknown command '(.*)'/s, ([, name]) => `Unknown command ${shown(name!)}.`],
  [/^missing required argument '(.+)'/, ([, name]) => `Missing argument <${name}>.`],
  [/^option '(.+)' argument missing/, ([, flags]) => `${longName(flags!)} requires a value.`],
  [
    /^option '(.+?)' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/s,
    ([, flags, value, choices]) =>
      `${longName(flags!)}: expected ${listOf(choices!.split(', '))}, found ${shown(value!)}.`,
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+)'\. Allowed choices are (.+)\.$/s,
    ([, value, name, choices]) =>
      `<${name}>: expected ${listOf(choices!.split(', '))}, found ${shown(value!)}.`,
  ],
  [
    /^too many arguments(?: for '.*')?\. Expected (\d+) arguments? but got (\d+)/,
    ([, expected, found]) => `Too many arguments: expected ${expected}, found ${found}.`,
  ],
];

/** Converts commander's error to ours. A value that may be a key is masked. */
export function usageErrorOf(error: CommanderError, command: string, program: MisoCommand): UsageError {
  const path = command === 'miso' ? 'miso' : `miso ${command}`;
  const help = `See \`${path} --help\` for more information.`;
  if (error.code === 'commander.help') return new UsageError('Specify a command.', { hint: help });
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split(/\n(?=\(Did you mean)/);
  const [, unknown] = /^unknown command '(.*)'/.exec(message) ?? [];
  const moved = command === 'miso' && unknown !== undefined ? userCommand(unknown, program) : undefined;
  const advice = moved ?? suggestion?.replace(/^\(|\)$/g, '');
  return new UsageError(reworded(message), { hint: advice === undefined ? help : `${advice} ${help}` });
}

/** Suggests `miso users upload` for `miso upload`. */
function userCommand(name: string, program: MisoCommand): string | undefined {
  const found = program.find('users')?.find(name);
  return found && `Did you mean \`miso users ${found.name()}\`?`;
}

function reworded(message: string): string {
  for (const [pattern, reword] of rules) {
    const match = pattern.exec(message);
    if (match) return reword(match);
  }
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/\.?$/, '.');
}

/** The last spelling in `-k, --key <key>`. */
function longName(flags: string): string {
  return flags.match(/-[\w-]+(?=[ ,]|$)/g)?.at(-1) ?? flags;
}

function shown(value: string): string {
  return looksSecret(value) ? '***' : quoteText(value);
}
