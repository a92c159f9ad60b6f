import { commandsPage } from './commands-page.ts';
import { manPage } from './man-page.ts';
import { programSpec } from './program.ts';

/** All pages that are generated from the program, by path. */
export function pages(): ReadonlyMap<string, string> {
  const program = programSpec();
  return new Map([
    ['docs/commands.md', commandsPage(program)],
    ['man/miso.1', manPage(program)],
  ]);
}
