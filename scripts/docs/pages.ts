import { commandsPage } from './commands-page.ts';
import { manPage } from './man-page.ts';
import { programSpec } from './program.ts';

/** Every page that is made from the program, by its path in the project. */
export function pages(): ReadonlyMap<string, string> {
  const program = programSpec();
  return new Map([
    ['docs/commands.md', commandsPage(program)],
    ['man/miso.1', manPage(program)],
  ]);
}
