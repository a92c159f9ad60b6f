import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { userFields } from '../../src/contract/user-fields.ts';

it("docs/miso-api.md lists the fields of Miso's user record as src/contract/user-fields.ts does", () => {
  const page = readFileSync('docs/miso-api.md', 'utf8');
  const [, table] =
    /## The user record\n\n\| field \| type \| rule \|\n\|---\|---\|---\|\n((?:\|.*\n)+)/.exec(page)!;
  const rows = Object.entries(userFields).map(
    ([name, { type, description }]) =>
      `| \`${name}\` | ${type} |${description === '' ? '' : ` ${description}`} |\n`,
  );
  expect(table).toBe(rows.join(''));
});
