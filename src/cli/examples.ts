import type { Command } from 'commander';

/** A line to type, and what it is for. */
export type Example = readonly [line: string, what: string];

/** Puts examples at the end of a command's help. */
export function examples(command: Command, list: readonly Example[]): void {
  const lines = list.map(([line, what]) => `  $ ${line}\n      ${what}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
