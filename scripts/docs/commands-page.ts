import type { CommandSpec, OptionSpec } from '../../src/cli/completion/spec.ts';
import { allCommands } from '../../src/cli/completion/tree.ts';

const intro = `# Commands

This page is generated from the program by \`node scripts/docs.mjs\`. \`miso <command> --help\` shows the same in a terminal.
Options that are settings can also be set in the environment and in files: see [configuration](configuration.md).
`;

/** Every command and option in Markdown. */
export function commandsPage(program: CommandSpec): string {
  const common = new Set(program.options.map(keyOf));
  const commands = allCommands(program).filter(({ runs }) => runs);
  const index = commands
    .map(({ path, summary }) => `- [\`${path}\`](#${anchor(path)}): ${summary}`)
    .join('\n');
  const sections = commands.map((command) => section(command, common));
  const shared = `## Global options\n\n${optionTables(program.options)}`;
  return `${[intro, index, '', shared, ...sections].join('\n')}`;
}

function section(command: CommandSpec, common: ReadonlySet<string>): string {
  const { path, usage, aliases, description, options, examples } = command;
  const own = options.filter((option) => !common.has(keyOf(option)));
  const also = aliases.length === 0 ? '' : `Also: ${aliases.map((alias) => `\`${alias}\``).join(', ')}.\n\n`;
  const lines = examples.map(([line, what]) => `# ${what}\n${line}`).join('\n');
  return `## ${path}

\`\`\`text
${[path, usage, '[options]'].filter((part) => part !== '').join(' ')}
\`\`\`

${description.replaceAll('\n', ' ')}

${also}${own.length === 0 ? '' : `${optionTables(own)}\n`}\`\`\`sh
${lines}
\`\`\`
`;
}

function optionTables(options: readonly OptionSpec[]): string {
  const groups = new Map<string, OptionSpec[]>();
  for (const option of options) groups.set(option.group, [...(groups.get(option.group) ?? []), option]);
  return [...groups]
    .map(([group, some]) => `**${group}**\n\n| option | what it does |\n|---|---|\n${some.map(row).join('')}`)
    .join('\n');
}

function row({ spellings, value, description }: OptionSpec): string {
  const names = spellings.join(', ');
  const shown = value ? `${names} <${value.name}>` : names;
  return `| \`${shown.replaceAll('|', '\\|')}\` | ${description.replaceAll('|', '\\|').replaceAll('<', '&lt;')} |\n`;
}

function keyOf({ spellings }: OptionSpec): string {
  return spellings.join();
}

function anchor(path: string): string {
  return path.replaceAll(' ', '-');
}
