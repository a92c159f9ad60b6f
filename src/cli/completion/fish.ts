import type { CommandSpec, OptionSpec } from './spec.ts';
import { allCommands, spellings, valueSpellings } from './tree.ts';

/** Completion for fish 3 and later. */
export function fish(program: CommandSpec): string {
  return `# Completion of miso for fish: miso completion fish > ~/.config/fish/completions/miso.fish

# Whether the command line so far names exactly this command.
function __miso_at
  set -l command miso
  set -l skip no
  for word in (commandline -opc)[2..-1]
    if test $skip = yes
      set skip no
      continue
    end
    switch $word
      case ${valueSpellings(program).join(' ')}
        set skip yes
        continue
    end
    switch "$command $word"
${spellings(program)
  .map(
    ({ typed, path }) =>
      `      case ${typed.map(quotedForFish).join(' ')}\n        set command ${quotedForFish(path)}`,
  )
  .join('\n')}
    end
  end
  test "$command" = "$argv"
end

complete -c miso -f
${allCommands(program).flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, options, commands, argument }: CommandSpec): string[] {
  const at = `complete -c miso -n ${quotedForFish(`__miso_at ${path}`)}`;
  const lines = commands.map(({ name, summary }) => `${at} -a ${name} -d ${quotedForFish(summary)}`);
  if (argument?.isFile) lines.push(`${at} -F`);
  if (argument && argument.choices.length > 0)
    lines.push(`${at} -a ${quotedForFish(argument.choices.join(' '))}`);
  return [...lines, ...options.map((option) => `${at} ${optionPart(option)}`)];
}

function optionPart({ spellings: names, value, description }: OptionSpec): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...flags, ...valuePart(value), '-d', quotedForFish(description)].join(' ');
}

function valuePart(value: OptionSpec['value']): string[] {
  if (!value) return [];
  if (value.isFile) return ['-r', '-F'];
  if (value.command !== undefined) return ['-x', '-a', quotedForFish(`(${value.command} 2>/dev/null)`)];
  if (value.choices.length > 0) return ['-x', '-a', quotedForFish(value.choices.join(' '))];
  return ['-x'];
}

function quotedForFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
