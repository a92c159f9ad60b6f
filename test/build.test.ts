import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceHash } from '../scripts/freshness.mjs';
import { freshFolder, writeAll } from './folder.ts';
import { programTests, scalableTests } from './suites.ts';

describe('a build is outdated', () => {
  async function project() {
    const root = await freshFolder();
    const files = ['src/upload/run.ts', 'scripts/bundle.mjs', 'package.json', 'package-lock.json'];
    await writeAll(
      root,
      Object.fromEntries([...files, 'tsconfig.json', 'tsconfig.build.json'].map((name) => [name, name])),
    );
    return root;
  }

  it.each(['src/upload/run.ts', 'scripts/bundle.mjs', 'package-lock.json'])(
    'when %s changes',
    async (name) => {
      const root = await project();
      const before = sourceHash(root);
      await writeFile(join(root, name), 'changed');
      expect(sourceHash(root)).not.toBe(before);
    },
  );

  it('when a source file is added', async () => {
    const root = await project();
    const before = sourceHash(root);
    await writeFile(join(root, 'src/upload/more.ts'), '');
    expect(sourceHash(root)).not.toBe(before);
  });

  it('not when only the time of a file changes', async () => {
    const root = await project();
    const before = sourceHash(root);
    await utimes(join(root, 'src/upload/run.ts'), 1, 1);
    expect(sourceHash(root)).toBe(before);
  });
});

describe('the suites of tests', () => {
  it('build the program for tests that run it, and for no others', () => {
    expect(programTests()).toEqual(
      expect.arrayContaining(['test/cli/upload.test.ts', 'test/package.test.ts']),
    );
    expect(programTests()).not.toContain('test/sandbox/endpoints.test.ts');
  });

  it('run properties and the kill test at full size in .ci/run', () => {
    expect(scalableTests()).toEqual(
      expect.arrayContaining([
        'test/chaos/kill.test.ts',
        'test/fuzz/input.test.ts',
        'test/sandbox/model.test.ts',
      ]),
    );
  });
});
