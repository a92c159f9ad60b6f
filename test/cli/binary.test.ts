import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { full } from '../effort.ts';
import { freshFolder, isBinary, program, run } from './run.ts';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
let binary = process.env['MISO_BIN'] ?? '';

/** The program without any environment, so that it finds no Node either. */
function bare(...args: string[]) {
  return spawnSync(binary, args, { env: {}, encoding: 'utf8' });
}

// Building takes as long as a dozen other tests.
describe.runIf(isBinary || full)('the binary', () => {
  beforeAll(() => {
    if (isBinary) return;
    const { stderr, status } = spawnSync(process.execPath, ['scripts/build-binary.mjs'], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    binary = join('build', process.platform === 'win32' ? 'miso.exe' : 'miso');
  }, 120_000);

  it('is one file that requires no Node, environment variables or home folder', async () => {
    expect(bare('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(bare('completion', 'bash').stdout).toContain('complete ');
    expect(bare('help', 'man').stdout).toBe(await readFile('man/miso.1', 'utf8'));
    expect(bare('help', 'licenses').stdout).toContain('commander');
    const { status, stdout, stderr } = bare('users', 'upload', 'no-such-file.csv', '--json');
    expect([status, JSON.parse(stdout).error.code, stderr !== '']).toEqual([2, 'ERR_USAGE', true]);
  });
});

it('help prints the manual page, and the licenses of the program and its dependencies', async () => {
  const cwd = await freshFolder();
  const man = await run(['help', 'man'], { cwd });
  expect(man).toMatchObject({ code: 0, stdout: await readFile('man/miso.1', 'utf8') });
  const { stdout } = await run(['help', 'licenses'], { cwd });
  expect(stdout.startsWith(await readFile('LICENSE', 'utf8'))).toBe(true);
  for (const name of ['commander', 'got', 'csv-parse', 'js-yaml'])
    expect(stdout).toMatch(new RegExp(`^${name} \\d`, 'm'));
  expect(program).toHaveLength(isBinary ? 1 : 2);
});
