import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renameWhenFree, systemDisk } from '../../src/files/disk.ts';
import {
  appendDurably,
  createFile,
  cutFile,
  openToAppend,
  orOutputError,
  replaceFile,
  replaceFileOpen,
} from '../../src/files/write.ts';
import { freshFolder } from '../folder.ts';
import { isWindows, modeOf } from '../platform.ts';
import { recordingDisk } from './recording-disk.ts';
import { windowsDisk } from './windows-disk.ts';

async function scene() {
  const cwd = join(await freshFolder(), 'out');
  await mkdir(cwd);
  return { cwd, path: join(cwd, 'a'), ...recordingDisk() };
}

describe('replacing a file', () => {
  it.skipIf(isWindows)('syncs the content before the rename, and the folder after it', async () => {
    const { path, disk, log } = await scene();
    await replaceFile(path, 'new', disk);
    expect(log).toEqual([
      'create draft of a',
      'write draft of a',
      'sync draft of a',
      'rename draft of a a',
      'open out',
      'sync out',
    ]);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('makes the file private to its owner, whatever the old mode was', async () => {
    const { path } = await scene();
    await writeFile(path, 'old', { mode: 0o644 });
    await replaceFile(path, 'new');
    expect(await modeOf(path)).toBe(0o600);
  });

  it.skipIf(isWindows)('replaces a symbolic link and does not change its target', async () => {
    const { cwd, path } = await scene();
    await writeFile(join(cwd, 'target'), 'precious');
    await symlink(join(cwd, 'target'), path);
    await replaceFile(path, 'new');
    expect(await readFile(join(cwd, 'target'), 'utf8')).toBe('precious');
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('keeps the old file and no draft when the disk is full', async () => {
    const { cwd, path } = await scene();
    await writeFile(path, 'old');
    const full = {
      ...systemDisk,
      rename: () => Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' })),
    };
    await expect(replaceFile(path, 'new', full)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(cwd)).toEqual(['a']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('can leave the new file open, to append to it', async () => {
    const { path } = await scene();
    const handle = await replaceFileOpen(path, ['one\n', 'two\n']);
    await handle.appendFile('three\n');
    await handle.close();
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\n');
  });
});

describe('creating a file', () => {
  it.skipIf(isWindows)('makes its name durable', async () => {
    const { path, disk, log } = await scene();
    await (await createFile(path, disk)).close();
    expect(log).toEqual(['create a', 'open out', 'sync out']);
    expect(await modeOf(path)).toBe(0o600);
  });

  it.skipIf(isWindows)('refuses a file that exists, and a dangling symbolic link', async () => {
    const { cwd, path } = await scene();
    await writeFile(path, 'old');
    await expect(createFile(path)).rejects.toMatchObject({ code: 'EEXIST' });
    await symlink(join(cwd, 'missing'), join(cwd, 'link'));
    await expect(createFile(join(cwd, 'link'))).rejects.toMatchObject({ code: 'EEXIST' });
    expect((await readdir(cwd)).sort()).toEqual(['a', 'link']);
  });
});

describe('appending to a file', () => {
  it.skipIf(isWindows)('syncs each write, and the folder of a new file', async () => {
    const { path, disk, log } = await scene();
    const handle = await openToAppend(path, disk);
    await appendDurably(handle, 'one\n');
    await appendDurably(handle, 'two\n');
    await handle.close();
    expect(log).toEqual(['open a', 'open out', 'sync out', 'write a', 'sync a', 'write a', 'sync a']);
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
  });

  it.each([
    ['', systemDisk],
    [' on Windows', windowsDisk()],
  ])('continues after the part that was cut off%s', async (_, disk) => {
    const { path } = await scene();
    await writeFile(path, 'one\ntw');
    const handle = await openToAppend(path, disk);
    await cutFile(path, 4, disk);
    await appendDurably(handle, 'two\n');
    await handle.close();
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('makes an existing file private to its owner', async () => {
    const { path } = await scene();
    await writeFile(path, 'old\n', { mode: 0o644 });
    const handle = await openToAppend(path);
    await appendDurably(handle, 'new\n');
    await handle.close();
    expect(await modeOf(path)).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe('old\nnew\n');
  });

  it.skipIf(isWindows)('does not follow a symbolic link', async () => {
    const { cwd, path } = await scene();
    await writeFile(join(cwd, 'target'), 'precious');
    await symlink(join(cwd, 'target'), path);
    await expect(openToAppend(path)).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('renaming a file that may be open on Windows', () => {
  const failing = (codes: string[]) => async () => {
    const code = codes.shift();
    if (code !== undefined) throw Object.assign(new Error(code), { code });
  };

  it('waits until it is closed', async () => {
    const codes = ['EPERM', 'EBUSY', 'EACCES'];
    await renameWhenFree('a', 'b', failing(codes));
    expect(codes).toEqual([]);
  });

  it('fails immediately for another reason, and eventually if it stays open', async () => {
    await expect(renameWhenFree('a', 'b', failing(['ENOENT']))).rejects.toThrow('ENOENT');
    await expect(renameWhenFree('a', 'b', failing(Array(100).fill('EPERM')))).rejects.toThrow('EPERM');
  });
});

it('a failure of the disk is an OutputError that names the file and the reason', async () => {
  const failing = Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  await expect(orOutputError(failing, { name: 'The journal a', hint: 'Make room.' })).rejects.toMatchObject({
    code: 'ERR_OUTPUT',
    message: 'The journal a cannot be written: ENOSPC.',
    hint: 'Make room.',
  });
});
