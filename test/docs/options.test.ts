import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programSpec } from '../../scripts/docs/program.ts';
import { allCommands } from '../../src/cli/completion/tree.ts';

/** docs/migrating.md lists the options of Miso's own command line. */
const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter(
  (page) => page.endsWith('.md') && page !== 'docs/migrating.md',
);

/** Options of other programs, the prefix of many options, and `--apikey`, the typo whose value is not printed. */
const foreign = [
  ...['--global', '--prefix', '--yes', '--quick', '--paginate', '--seq', '--no-', '--apikey'],
  ...['--max-semi-space-size', '--max-old-space-size'],
];

const known = new Set([
  ...foreign,
  ...allCommands(programSpec()).flatMap(({ options }) => options.flatMap(({ spellings }) => spellings)),
]);

it.each(pages)('%s names no option that does not exist', (page) => {
  const named = readFileSync(page, 'utf8').match(/(?<![\w-])--[a-zA-Z][\w-]*/g) ?? [];
  const unknown = new Set(named.filter((option) => !known.has(option)));
  expect([...unknown].filter((option) => !known.has(option.replace('--no-', '--')))).toEqual([]);
});
