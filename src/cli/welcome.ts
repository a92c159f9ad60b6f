type Line = readonly [command: string, what: string];

const sections: readonly (readonly [heading: string, lines: readonly Line[]])[] = [
  [
    'Start here:',
    [
      ['miso init', 'settings and key, asked for step by step'],
      ['miso users validate users.csv', 'what would be rejected; sends nothing'],
      ['miso users upload users.csv', 'store the records'],
      ['miso users read ID', 'look at one of them'],
      ['miso users delete ID', 'take it out again'],
    ],
  ],
  ['Try it without a key:', [['miso sandbox', 'a local Miso on this machine']]],
  [
    'More:',
    [
      ['miso users --help', 'every command for users'],
      ['miso users upload --help', 'every option, with examples'],
      ['miso config', 'every setting, and where it came from'],
      ['miso completion bash', 'completion for bash, zsh and fish'],
    ],
  ],
];

const commandWidth = 32;
/** Below this many columns what a command does stands in a line of its own. */
const narrow = 74;

/** What `miso` alone says: it fits on one screen. `width` in columns. */
export function welcome(width: number): string {
  const blocks = sections.map(([heading, lines]) =>
    [heading, ...lines.map((line) => lineText(line, width))].join('\n'),
  );
  return `miso brings user records to Miso, and takes them out again.\n\n${blocks.join('\n\n')}\n`;
}

function lineText([command, what]: Line, width: number): string {
  if (width < narrow) return `  ${command}\n    ${what}`;
  return `  ${command.padEnd(commandWidth)}${what}`;
}
