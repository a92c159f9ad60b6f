import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { releaseProblems } from '../scripts/release-problems.mjs';
import { freshFolder, run } from './cli/run.ts';
import { short } from './effort.ts';

const execute = promisify(execFile);
/** npm without its own scripts: the bundle exists already. */
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--offline'];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder = '';
let made: Promise<Packed> | undefined;
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The package as npm would publish it, made once. */
function packed(): Promise<Packed> {
  made ??= pack();
  return made;
}

async function pack(): Promise<Packed> {
  folder = await mkdtemp(join(tmpdir(), 'miso-package-'));
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder, ...quiet]);
  const [found] = JSON.parse(stdout);
  return { ...found, filename: resolve(folder, found.filename) };
}

describe('the package', () => {
  it('contains what is needed and nothing else', async () => {
    const { files } = await packed();
    const paths = files.map(({ path }) => path);
    const tops = new Set(paths.map((path) => path.split('/')[0]));

    expect([...tops].sort()).toEqual([
      '.mirorc.example',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'docs',
      'man',
      'mirorc.schema.json',
      'package.json',
    ]);
    expect(paths).toContain('dist/cli/main.cjs');
    expect(paths).toContain('dist/lib/index.d.ts');
    expect(paths.filter((path) => path.startsWith('dist/') && !/\.(cjs|js|d\.ts)$/.test(path))).toEqual([
      'dist/THIRD-PARTY-LICENSES',
    ]);
  });

  it('contains every page that the program and its pages refer to', async () => {
    const { files } = await packed();
    const paths = new Set(files.map(({ path }) => path));
    const printed = readdirSync('dist/cli').map((name) => readFileSync(`dist/cli/${name}`, 'utf8'));
    const named = printed.flatMap((text) => [...text.matchAll(/\bdocs\/[\w-]+\.md/g)].map(([path]) => path));
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) expect(paths).toContain(path);
    for (const page of [...paths].filter((path) => path.endsWith('.md'))) {
      const links = readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)[^):]*\)/g);
      for (const [, link = ''] of links) expect(paths, page).toContain(posix.join(posix.dirname(page), link));
    }
  });

  it('lists its manual pages in the form that npm links', async () => {
    const { files } = await packed();
    const { man } = JSON.parse(readFileSync('package.json', 'utf8')) as { man: unknown };
    expect(man).toEqual(['./man/miso.1']);
    expect(files.map(({ path }) => path)).toContain('man/miso.1');
  });

  it('contains the license of every package in the bundle, and of no other', () => {
    const text = readFileSync('dist/THIRD-PARTY-LICENSES', 'utf8');
    for (const name of ['chalk', 'commander', 'cosmiconfig', 'csv-parse', 'got', 'js-yaml', 'ora'])
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+`, 'm'));
    expect(text).not.toMatch(/^(?:typescript|http2-wrapper|vitest) /m);
    expect(text).toContain('Permission is hereby granted');
  });

  it.skipIf(short)('passes publint and type resolution for every kind of import', async () => {
    const { filename } = await packed();
    const publint = await execute('npx', ['publint', filename, '--strict']);
    expect(publint.stdout).toContain('All good');
    await execute('npx', ['attw', filename, '--profile', 'esm-only']);
  });

  it('works once installed: the command, and the library', async () => {
    const folder = await freshFolder();
    const { filename } = await packed();
    await execute('tar', ['-xzf', filename, '-C', folder]);
    const program = `${folder}/package`;

    const { stdout } = await execute(process.execPath, [`${program}/bin/miso.js`, '--help'], { cwd: folder });
    expect(stdout).toContain('users');
    // The dependencies of the library are those that npm would install next to it.
    const script = `import { ApiClient } from '${program}/dist/lib/index.js'; console.log(typeof new ApiClient('k').user.upload);`;
    const library = await execute(process.execPath, ['--input-type=module', '-e', script]);
    expect(library.stdout.trim()).toBe('function');
  });

  it('has one version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    for (const flag of ['--version', '-V']) expect((await run([flag])).stdout).toBe(`${version}\n`);
  });
});

describe('the check before a release', () => {
  const ready = {
    manifest: { version: '1.2.3', repository: 'github:owner/name' },
    changelog: '# Changelog\n\n## [1.2.3] - 2026-11-28\n',
    pages: 'npm install --global miso-users@1.2.3, uses: OWNER/REPOSITORY@v1.2.3',
    tag: 'v1.2.3',
    repository: 'owner/name',
  };

  it('finds no problem in a release that is ready', () => {
    expect(releaseProblems(ready)).toEqual([]);
    for (const url of [
      'owner/name',
      'https://github.com/Owner/name',
      'git+https://github.com/owner/name.git',
      'git@github.com:owner/name.git',
      'git+ssh://git@github.com/owner/name.git',
    ])
      expect(releaseProblems({ ...ready, manifest: { version: '1.2.3', repository: { url } } })).toEqual([]);
  });

  it.each<[string, object]>([
    ['package.json has no "repository"', { manifest: { version: '1.2.3' } }],
    ['names the repository github:owner/name, but this is other/name', { repository: 'other/name' }],
    ['The tag is v1', { tag: 'v1' }],
    ['CHANGELOG.md has no section "## [1.2.3]"', { changelog: '## [Unreleased]' }],
    ['docs/ci.md installs version 1.2.2', { pages: 'miso-users@1.2.2' }],
  ])('says: %s', (problem, change) => {
    const [found, ...others] = releaseProblems({ ...ready, ...change });
    expect(found).toContain(problem);
    expect(others).toEqual([]);
  });

  it('runs before anything is built, in a workflow that only version tags start', () => {
    const workflow = readFileSync('.github/workflows/release.yml', 'utf8');
    expect(workflow).toContain('tags: ["v[0-9]+.[0-9]+.[0-9]+*"]');
    expect(workflow.indexOf('check-release.mjs')).toBeLessThan(workflow.indexOf('.ci/run'));
    expect(workflow).toMatch(/ {2}binary:\n {4}needs: check\n/);
    expect(workflow).toMatch(/ {2}publish:\n {4}needs: \[check, binary\]\n/);
    expect(workflow).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN|--provenance|registry-url/);
  });
});
