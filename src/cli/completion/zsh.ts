import { quoteForShell } from '../../text.ts';
import type { CommandSpec, ValueSpec } from './spec.ts';
import { allCommands, commandCases, offers, valueCases, valueSpellings } from './tree.ts';

/** Completion for zsh: sourced after compinit, or as a file `_miso` in $fpath. */
export function zsh(program: CommandSpec): string {
  return `#compdef miso
# Completion of miso for zsh: source <(miso completion zsh), after compinit.

_miso_value() {
  case $1 in
${valueCases(program, offer)}
    *) _message value ;;
  esac
}

_miso() {
  local command=miso word
  local -i n
  local -a options commands
  for ((n = 2; n < CURRENT; n++)); do
    word=$words[n]
    case $word in
      ${valueSpellings(program).join(' | ')})
        if ((n == CURRENT - 1)); then
          _miso_value "$command $word"
          return
        fi
        ((n++))
        continue
        ;;
    esac
    case "$command $word" in
${commandCases(program)}
    esac
  done
  if [[ $words[CURRENT] == --*=* ]]; then
    word=\${words[CURRENT]%%=*}
    compset -P '*='
    _miso_value "$command $word"
    return
  fi
  case $command in
${allCommands(program).map(commandCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _miso ]]; then
  _miso "$@"
else
  compdef _miso miso
fi
`;
}

function commandCase({ path, options, commands, argument }: CommandSpec): string {
  const flags = options.flatMap(({ spellings: names, description }) =>
    names.map((name) => entry(name, description)),
  );
  const rest =
    commands.length > 0
      ? `commands=(${commands.map(({ name, summary }) => entry(name, summary)).join(' ')})
      [[ $words[CURRENT] == -* ]] || _describe -t commands command commands`
      : argument && offers(argument)
        ? `[[ $words[CURRENT] == -* ]] || ${offer(argument)}`
        : '';
  return `    ${quoteForShell(path)})
      options=(${flags.join(' ')})
      [[ $words[CURRENT] == -* ]] && _describe -o -t options option options
      ${rest}
      ;;`;
}

/** `name:description`, with colons in the name escaped. */
function entry(name: string, description: string): string {
  return quoteForShell(`${name.replaceAll(':', '\\:')}:${description}`);
}

function offer({ isFile, choices, command }: ValueSpec): string {
  if (command !== undefined) return `compadd -- ${'${(f)"$('}${command} 2>/dev/null${')"}'}`;
  return isFile ? '_files' : `compadd -- ${choices.join(' ')}`;
}
