import { quoteForShell } from '../../text.ts';
import type { CommandSpec, ValueSpec } from './spec.ts';
import { allCommands, commandCases, offers, valueCases, valueSpellings } from './tree.ts';

/** Completion for bash 3.2 and later, without the package bash-completion. */
export function bash(program: CommandSpec): string {
  return `# Completion of miso for bash: eval "$(miso completion bash)"

_miso_files() {
  # The typed word includes its quotes; file names have none.
  local typed=\${cur#[\\"\\']} IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "\${typed//\\\\/}"))
}

_miso_value() {
  case $1 in
${valueCases(program, offer)}
  esac
}

_miso() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command=miso option= n word
  COMPREPLY=()
  for ((n = 1; n < COMP_CWORD; n++)); do
    word=\${COMP_WORDS[n]}
    case $word in
      ${valueSpellings(program).join(' | ')})
        # Skip the value, or "=" and the value, which bash splits into separate words.
        option=$word
        [[ \${COMP_WORDS[n + 1]} == = ]] && ((n++))
        ((n++))
        [[ $n -ge $COMP_CWORD ]] && break
        option=
        continue
        ;;
    esac
    case "$command $word" in
${commandCases(program)}
    esac
  done
  [[ $cur == = ]] && cur=
  if [[ -n $option ]]; then
    _miso_value "$command $option"
    return
  fi
  case $command in
${allCommands(program).map(commandCase).join('\n')}
  esac
}

complete -F _miso miso
`;
}

function commandCase({ path, options, commands, argument }: CommandSpec): string {
  const flags = options.flatMap(({ spellings: names }) => names).join(' ');
  const names = commands.map(({ name }) => name).join(' ');
  const words = names !== '' ? compgen(names) : argument && offers(argument) ? offer(argument) : ':';
  return `    ${quoteForShell(path)})
      if [[ $cur == -* ]]; then ${compgen(flags)}; else ${words}; fi
      ;;`;
}

function offer({ isFile, choices, command }: ValueSpec): string {
  if (command !== undefined) return `COMPREPLY=($(compgen -W "$(${command} 2>/dev/null)" -- "$cur"))`;
  return isFile ? '_miso_files' : compgen(choices.join(' '));
}

function compgen(words: string): string {
  return `COMPREPLY=($(compgen -W ${quoteForShell(words)} -- "$cur"))`;
}
