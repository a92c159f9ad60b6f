import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isLinux } from '../platform.ts';
import { scene, stored, writeAll } from './run.ts';

const header = 'user_id,name\n';

/** File systems of macOS refuse such a name. */
const notUtf8: [string, (cwd: string) => Promise<unknown>, string] = [
  'a name that is not UTF-8',
  (cwd) => writeFile(Buffer.concat([Buffer.from(`${cwd}/b\xff`, 'latin1'), Buffer.from('.csv')]), header),
  'is not valid UTF-8.',
];

describe('a glob with a match that cannot be read', () => {
  it.each<[name: string, make: (cwd: string) => Promise<unknown>, message: string]>([
    [
      'a dangling symlink',
      (cwd) => symlink('gone.csv', join(cwd, 'b.csv')),
      'error: b.csv is a symbolic link to a file that does not exist.',
    ],
    [
      'a pipe',
      (cwd) => promisify(execFile)('mkfifo', [join(cwd, 'b.csv')]),
      'error: b.csv, which matches *.csv, is a pipe, not a file.',
    ],
    ...(isLinux ? [notUtf8] : []),
  ])('sends nothing and says why: %s', async (_, make, message) => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, { 'a.csv': `${header}u-1,Ada\n` });
    await make(cwd);
    const { code, stderr } = await miso(['users', 'upload', '*.csv']);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(sandbox.stats.calls).toBe(0);
  });

  it('follows symlinks to files and folders, and does not read a folder as a file', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, { 'data/a.csv': `${header}u-1,Ada\n`, 'other/b.csv': `${header}u-2,Bob\n` });
    await symlink('../other', join(cwd, 'data', 'linked'));
    await symlink('../other/b.csv', join(cwd, 'data', 'link.csv'));
    await mkdir(join(cwd, 'data', 'folder.csv'));
    const { code, stderr } = await miso(['users', 'upload', 'data/**/*.csv']);
    expect(code, stderr).toBe(0);
    expect(Object.keys(stored(sandbox))).toEqual(['u-1', 'u-2']);
  });
});

describe('rejects files of earlier runs', () => {
  const files = { 'a.csv': `${header}u-1,Ada\n,Bob\n`, 'b.csv': `${header}u-2,Cleo\n` };

  it('are not matched by a glob, however often it is uploaded, with one warning', async () => {
    const { cwd, miso } = await scene();
    await writeAll(cwd, { ...files, 'b.rejected.csv.1': 'x', 'b.rejected.7.csv': 'x' });
    for (const skipped of [
      /^\S+ warning: b\.rejected\.7\.csv was not read/gm,
      /^\S+ warning: a\.rejected\.csv, b\.rejected\.7\.csv were not read/gm,
    ]) {
      const { code, stdout, stderr } = await miso(['users', 'upload', '*.csv', '--json']);
      expect(code).toBe(1);
      const { files: read } = JSON.parse(stdout);
      expect(read.map(({ path }: { path: string }) => path)).toEqual(['a.csv', 'b.csv']);
      expect(stderr.match(skipped)).toHaveLength(1);
    }
  });

  it('are read when they are named, also by a glob', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, { 'a.rejected.csv': 'user_id,name,_errors\nu-3,Dan,"user_id is missing"\n' });
    for (const name of ['a.rejected.csv', '*.rejected.csv']) {
      const { code, stderr } = await miso(['users', 'upload', name]);
      expect(code, stderr).toBe(0);
    }
    expect(Object.keys(stored(sandbox))).toEqual(['u-3']);
    const { code, stderr } = await miso(['users', 'upload', '*.csv']);
    expect(code).toBe(2);
    expect(stderr).toContain('No file matches *.csv.');
    expect(stderr).toContain('a.rejected.csv was not read, because it is a rejects file of an earlier run');
  });

  it('are not read for ids, with a warning', async () => {
    const { cwd, miso } = await scene();
    await writeAll(cwd, { 'a.csv': `${header}u-1,Ada\n`, 'a.rejected.csv': `${header}u-2,Bob\n` });
    await miso(['users', 'upload', 'a.csv']);
    const { code, stdout, stderr } = await miso(['users', 'read', '--from', '*.csv']);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('{"user_id":"u-1","name":"Ada"}\n');
    expect(stderr).toContain('a.rejected.csv was not read, because it is a rejects file of an earlier run');
  });

  it('do not keep --resume from finding the run that wrote them', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, files);
    const first = await miso(['users', 'upload', '*.csv', '--max-rejects', '0']);
    expect(first.code, first.stderr).toBe(1);
    expect(await readdir(cwd)).toContain('a.rejected.csv');
    const resumed = await miso(['users', 'upload', '*.csv', '--resume', '--json']);
    expect(JSON.parse(resumed.stdout).records, resumed.stderr).toMatchObject({ read: 3, skipped: 1 });
    expect(Object.keys(stored(sandbox))).toEqual(['u-1', 'u-2']);
  });
});
