import type { Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { optionOf, split } from './invocation.ts';
import type { MisoCommand } from './miso-command.ts';

/**
 * Rewrites spellings that Miso's own CLI accepts and commander does not: `--recordsPerRequest 2`,
 * `--dry-run=true`. Throws a UsageError for spellings that would silently mean something else here: `-rpr 2`,
 * `--dry-run false`.
 */
export function normalizeArguments(program: MisoCommand, args: readonly string[]): string[] {
  const words: string[] = [];
  let command = program;
  for (let n = 0; n < args.length; n++) {
    const word = args[n]!;
    if (word === '--') return [...words, ...args.slice(n)];
    if (!word.startsWith('-')) {
      command = command.find(word) ?? command;
      words.push(word);
      continue;
    }
    refuseSingleDash(command, word);
    const [written, value] = split(word);
    const name = kebabName(command, written);
    const option = optionOf(command, name);
    if (option === undefined || option.required || option.optional) {
      words.push(value === undefined ? name : `${name}=${value}`);
      if (option?.required && value === undefined && n + 1 < args.length) words.push(args[++n]!);
      continue;
    }
    if (value === undefined) refuseSeparateValue(name, args[n + 1]);
    words.push(...switchWords(command, { option, name, value }));
  }
  return words;
}

/** `--dry-run` for `--dryRun`, if the command has that option. */
function kebabName(command: Command, name: string): string {
  if (!name.startsWith('--') || optionOf(command, name) !== undefined) return name;
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return optionOf(command, kebab) === undefined ? name : kebab;
}

/** `-rpr 2` would be the flags -r, -p and -r. */
function refuseSingleDash(command: Command, word: string): void {
  const [, letters] = /^-([A-Za-z][A-Za-z-]+)(=|$)/.exec(word) ?? [];
  if (letters === undefined) return;
  const name = kebabName(command, `--${letters}`);
  if (optionOf(command, name) === undefined) return;
  throw new UsageError(`-${letters}: use two dashes: ${name}.`);
}

function refuseSeparateValue(name: string, next: string | undefined): void {
  if (next !== 'true' && next !== 'false') return;
  throw new UsageError(`${name} ${next}: a switch takes its value after "=": ${name}=${next}.`, {
    hint: `For an argument named ${next}, put -- before it.`,
  });
}

interface Switch {
  readonly option: Option;
  readonly name: string;
  readonly value: string | undefined;
}

/** `--no-dry-run` for `--dry-run=false`; nothing if the switch has no such form, because it is off anyway. */
function switchWords(command: Command, { option, name, value }: Switch): readonly string[] {
  if (value === undefined || /^(true|1|yes|on)$/i.test(value)) return [name];
  if (option.negate || !/^(false|0|no|off)$/i.test(value)) {
    throw new UsageError(`${name} takes no value${option.negate ? '' : ' except true or false'}.`);
  }
  const negation = `--no-${option.long?.slice(2)}`;
  return optionOf(command, negation) === undefined ? [] : [negation];
}
