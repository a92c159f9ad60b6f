import { quoteForShell } from '../../text.ts';
import type { CommandSpec, OptionSpec, ValueSpec } from './spec.ts';

/** All commands of a tree, parents first. */
export function allCommands(spec: CommandSpec): CommandSpec[] {
  return [spec, ...spec.commands.flatMap(allCommands)];
}

/** Every spelling of a command, and its path: `miso u` is `miso users`. */
export function spellings(
  program: CommandSpec,
): { readonly typed: readonly string[]; readonly path: string }[] {
  return allCommands(program).flatMap((parent) =>
    parent.commands.map((child) => ({
      typed: [child.name, ...child.aliases].map((name) => `${parent.path} ${name}`),
      path: child.path,
    })),
  );
}

/** All options that take a value. */
export function valueOptions(program: CommandSpec): OptionSpec[] {
  const found = new Map<string, OptionSpec>();
  for (const { path, options } of allCommands(program)) {
    for (const option of options) {
      if (option.value)
        found.set(`${option.value.choices.length > 0 ? path : ''}${option.spellings.join()}`, option);
    }
  }
  return [...found.values()];
}

/** All spellings of the options that take a value. */
export function valueSpellings(program: CommandSpec): string[] {
  return [...new Set(valueOptions(program).flatMap(({ spellings: names }) => names))].sort();
}

/** The cases of a `case "$command $word"` that find the command of a command line, for bash and zsh. */
export function commandCases(program: CommandSpec): string {
  return spellings(program)
    .map(
      ({ typed, path }) => `      ${typed.map(quoteForShell).join(' | ')}) command=${quoteForShell(path)} ;;`,
    )
    .join('\n');
}

/**
 * The cases of a `case "$command $option"` that complete the value of an option; `offer` generates the shell
 * code.
 */
export function valueCases(program: CommandSpec, offer: (value: ValueSpec) => string): string {
  return allCommands(program)
    .flatMap(({ path, options }) =>
      options.flatMap(({ spellings: names, value }) => {
        if (!value || !offers(value)) return [];
        return [
          `    ${names.map((name) => quoteForShell(`${path} ${name}`)).join(' | ')}) ${offer(value)} ;;`,
        ];
      }),
    )
    .join('\n');
}

/** Whether a value can be completed: it is a file, has choices, or a command lists the choices. */
export function offers({ isFile, choices, command }: ValueSpec): boolean {
  return isFile || choices.length > 0 || command !== undefined;
}
