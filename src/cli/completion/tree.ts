import { quoteForShell } from '../../text.ts';
import type { CommandSpec, OptionSpec, ValueSpec } from './spec.ts';

/** Every command of a tree, from the top. */
export function allCommands(spec: CommandSpec): CommandSpec[] {
  return [spec, ...spec.commands.flatMap(allCommands)];
}

/** Every way to name a command, and the path that it stands for: `miso u` is `miso users`. */
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

/** Every option of any command that is followed by a value, by its first spelling. */
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

/** Each spelling of an option that is followed by a value. */
export function valueSpellings(program: CommandSpec): string[] {
  return [...new Set(valueOptions(program).flatMap(({ spellings: names }) => names))].sort();
}

/** The cases of a `case "$command $word"` that follow the words of a command line, as bash and zsh read them. */
export function commandCases(program: CommandSpec): string {
  return spellings(program)
    .map(
      ({ typed, path }) => `      ${typed.map(quoteForShell).join(' | ')}) command=${quoteForShell(path)} ;;`,
    )
    .join('\n');
}

/** The cases of a `case` over command and option that offer what may follow the option; `offer` says how a shell does. */
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

/** Whether there is anything to offer for a value: files, or a choice of words. */
export function offers({ isFile, choices }: ValueSpec): boolean {
  return isFile || choices.length > 0;
}
