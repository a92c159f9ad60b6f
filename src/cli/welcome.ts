type Line = readonly [command: string, what: string];

const sections: readonly (readonly [heading: string, lines: readonly Line[]])[] = [
  [
    'Get started:',
    [
      ['miso init', 'create a settings file, step by step'],
      ['miso users validate users.csv', 'check the records; sends nothing'],
      ['miso users upload users.csv', 'upload the records'],
      ['miso users sync users.csv', 'upload only what changed since the last sync'],
      ['miso users read ID', 'print one user'],
      ['miso users delete ID', 'delete one user'],
    ],
  ],
  ['Try it without a key:', [['miso sandbox', 'run a local Miso']]],
  [
    'More:',
    [
      ['miso users --help', 'all commands for users'],
      ['miso users upload --help', 'all options, with examples'],
      ['miso config', 'all settings and where they come from'],
      ['miso completion bash', 'completion for bash, zsh and fish'],
    ],
  ],
];

const commandWidth = 32;
/** On narrower terminals, descriptions are placed under their commands. */
const narrow = 74;

/** The output of `miso` alone; fits on one screen. `width` in columns. */
export function welcome(width: number): string {
  const blocks = sections.map(([heading, lines]) =>
    [heading, ...lines.map((line) => lineText(line, width))].join('\n'),
  );
  return `miso uploads, reads and deletes Miso users.\n\n${blocks.join('\n\n')}\n`;
}

function lineText([command, what]: Line, width: number): string {
  if (width < narrow) return `  ${command}\n    ${what}`;
  return `  ${command.padEnd(commandWidth)}${what}`;
}
