import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages } from '../../scripts/docs/pages.ts';
import { session, svg, typed } from '../../scripts/docs/picture.mjs';
import { programSpec } from '../../scripts/docs/program.ts';
import { allCommands } from '../../src/cli/completion/tree.ts';
import { exitCodeMeanings } from '../../src/commands/help/exit-codes.ts';
import * as errors from '../../src/errors.ts';
import { scene } from '../cli/run.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const commandsPage = read('docs/commands.md');
const manPage = read('man/miso.1');
const errorsPage = read('docs/errors.md');
const reportPage = read('docs/report.md');

describe('pages that are generated from the program', () => {
  it.each([...pages().keys()])('%s is what `node scripts/docs.mjs` generates now', (path) => {
    expect(read(path)).toBe(pages().get(path));
  });

  it('the picture shows what a run prints now', async () => {
    const sent = await session();
    expect(read('docs/run.svg')).toBe(svg(sent));
    for (const line of typed) expect(sent).toContain(line);
  });
});

describe('the command reference and the manual page', () => {
  const commands = allCommands(programSpec());

  it.each(commands.map((command) => [command.path, command] as const))(
    'know %s with every option',
    (_path, command) => {
      if (command.runs) {
        expect(commandsPage).toContain(`\n## ${command.path}\n`);
        expect(manPage).toContain(command.path);
        expect(command.examples.length).toBeGreaterThan(0);
      }
      for (const { spellings, description } of command.options) {
        expect(description).not.toBe('');
        for (const spelling of spellings) {
          expect(commandsPage).toContain(spelling);
          expect(manPage).toContain(spelling.replaceAll('-', '\\-'));
        }
      }
    },
  );

  it('leave no option of two commands with and without a value', () => {
    const values = new Map<string, boolean>();
    for (const { options } of commands) {
      for (const { spellings, value } of options) {
        for (const spelling of spellings) {
          expect(values.get(spelling) ?? value !== undefined).toBe(value !== undefined);
          values.set(spelling, value !== undefined);
        }
      }
    }
  });
});

describe('the page of errors', () => {
  it.each(Object.values(errors.exitCodes))('explains exit code %i, as the manual page does', (code) => {
    expect(errorsPage).toMatch(new RegExp(`^\\| ${code} \\| \\w`, 'm'));
    expect(exitCodeMeanings[code]).toMatch(/\w/);
    expect(manPage).toContain(`.B ${code}\n`);
  });

  it('explains every error code', () => {
    const source = read('src/errors.ts');
    const codes = new Set(source.match(/ERR_[A-Z]+/g));
    expect(codes.size).toBeGreaterThan(5);
    for (const code of codes) expect(errorsPage).toContain(`\`${code}\``);
  });
});

describe('the page of the report', () => {
  function keysOf(value: unknown): string[] {
    if (Array.isArray(value)) return value.flatMap(keysOf);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
  }

  it('explains every field that a report of any command has', async () => {
    const { cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), 'user_id,age\nu-1,34\n u-2,x\nu-3,01/02/2024\n');
    await writeFile(join(cwd, 'cut.csv'), 'user_id,age\nu-1,34\n"u-2');
    const commands = [
      ['users', 'upload', 'users.csv'],
      ['users', 'upload', 'users.csv', '--resume'],
      ['users', 'upload', 'cut.csv'],
      ['users', 'validate', 'users.csv'],
      ['users', 'update', 'users.csv', '--dry-run'],
      ['users', 'delete', 'u-1', 'u-9', '--yes', '--verify', '--with-interactions', '--receipt', 'r.ndjson'],
      ['users', 'upload', 'gone.csv'],
      ['users', 'status', 't-1'],
      ['users', 'ids'],
      ['sandbox', '--port', 'x'],
    ];
    for (const command of commands) {
      const { stdout } = await miso([...command, '--json']);
      const keys = new Set(keysOf(JSON.parse(stdout)));
      expect(keys.size).toBeGreaterThan(0);
      for (const key of keys)
        expect(reportPage, `${command.join(' ')}: ${key}`).toMatch(new RegExp(`[\`"]${key}[\`"]`));
    }
  });
});
