import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freshFolder, run } from './cli/run.ts';

const execute = promisify(execFile);
/** npm without its own scripts: the bundle is there already. */
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--offline'];

async function packed(folder: string): Promise<{ filename: string; files: { path: string }[] }> {
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder, ...quiet]);
  const [found] = JSON.parse(stdout);
  return { ...found, filename: resolve(folder, found.filename) };
}

describe('the package', () => {
  it('holds what is needed and nothing else', async () => {
    const { files } = await packed(await freshFolder());
    const paths = files.map(({ path }) => path);
    const tops = new Set(paths.map((path) => path.split('/')[0]));

    expect([...tops].sort()).toEqual([
      '.mirorc.example',
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'man',
      'package.json',
    ]);
    expect(paths).toContain('dist/cli/main.cjs');
    expect(paths).toContain('dist/lib/index.d.ts');
    expect(paths.filter((path) => path.startsWith('dist/') && !/\.(cjs|js|d\.ts)$/.test(path))).toEqual([]);
  });

  it('is sound for publint and for every kind of import that finds types', async () => {
    const { filename } = await packed(await freshFolder());
    const publint = await execute('npx', ['publint', filename, '--strict']);
    expect(publint.stdout).toContain('All good');
    await execute('npx', ['attw', filename, '--profile', 'esm-only']);
  });

  it('works as it is installed: the command, and the library', async () => {
    const folder = await freshFolder();
    const { filename } = await packed(folder);
    await execute('tar', ['-xzf', filename, '-C', folder]);
    const program = `${folder}/package`;

    const { stdout } = await execute(process.execPath, [`${program}/bin/miso.js`, '--help'], { cwd: folder });
    expect(stdout).toContain('users');
    // The dependencies of the library are those that npm would put beside it.
    const script = `import { ApiClient } from '${program}/dist/lib/index.js'; console.log(typeof new ApiClient('k').user.upload);`;
    const library = await execute(process.execPath, ['--input-type=module', '-e', script]);
    expect(library.stdout.trim()).toBe('function');
  });

  it('has one version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    for (const flag of ['--version', '-V']) expect((await run([flag])).stdout).toBe(`${version}\n`);
  });
});
