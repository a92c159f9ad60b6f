import type { MisoCommand } from '../../cli/miso-command.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import { closest, quoteText } from '../../text.ts';
import type { World } from '../../world.ts';
import { files, topics } from './topics.ts';

/** `miso help`: prints the help of a command or a topic. `users` may be omitted. */
export async function help(
  words: readonly string[],
  program: MisoCommand,
  { stdout, readAsset }: World,
): Promise<number> {
  const command = program.find(...words) ?? program.find('users', ...words);
  if (command) {
    command.outputHelp();
    return exitCodes.ok;
  }
  const [name = ''] = words;
  const topic = words.length === 1 ? topics.get(name) : undefined;
  if (topic) {
    await stdout.write(topic(stdout.columns));
    return exitCodes.ok;
  }
  const file = words.length === 1 ? files.get(name) : undefined;
  if (file) {
    await stdout.write(file(readAsset));
    return exitCodes.ok;
  }
  const text = words.join(' ');
  const near = closest(text, [...topics.keys(), ...files.keys(), ...pathsOf(program)]);
  throw new UsageError(`No help for ${quoteText(text)}.`, {
    hint: near === undefined ? 'See `miso --help` for all commands.' : `Did you mean \`miso help ${near}\`?`,
  });
}

/** The names of all commands, such as `users upload`. */
function pathsOf(command: MisoCommand, above = ''): string[] {
  const children = command.createHelp().visibleCommands(command) as MisoCommand[];
  return children.flatMap((child) => {
    const path = `${above}${child.name()}`;
    return [path, ...pathsOf(child, `${path} `)];
  });
}
