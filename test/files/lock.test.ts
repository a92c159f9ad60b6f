import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { type Disk, systemDisk } from '../../src/files/disk.ts';
import { lock } from '../../src/files/lock.ts';
import { freshFolder as folder } from '../folder.ts';
import { isLinux, isWindows } from '../platform.ts';

const what = 'Another run is active';

/** A disk, and a way to do something before its next call of a name. `remove` counts as a rename. */
function hookedDisk() {
  let before = async (_name: string): Promise<void> => {};
  const hooked =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await before(name);
      return await call(...args);
    };
  const disk: Disk = {
    ...systemDisk,
    open: hooked('open', systemDisk.open),
    rename: hooked('rename', systemDisk.rename),
    remove: hooked('rename', systemDisk.remove),
  };
  /** Waits for the next call and does this before it. */
  const nextCall = (name: string, work: () => Promise<void>) =>
    new Promise<void>((resolve, reject) => {
      before = async (called) => {
        if (called !== name) return;
        before = async () => {};
        await work().then(resolve, reject);
      };
    });
  return { disk, nextCall };
}

/** A lock file of another process: this one's, with some things changed, last refreshed `ageMs` ago. */
async function foreignLock(
  changes: Record<string, unknown>,
  ageMs = 0,
): Promise<{ path: string; cwd: string }> {
  const cwd = await folder();
  const path = join(cwd, 'lock');
  const held = await lock(path, { what });
  const own = JSON.parse(await readFile(path, 'utf8'));
  await held.release();
  await writeFile(path, `${JSON.stringify({ ...own, token: 'other', ...changes })}\n`);
  const time = (Date.now() - ageMs) / 1000;
  await utimes(path, time, time);
  return { path, cwd };
}

describe('a lock', () => {
  it('is held by one at a time', async () => {
    const path = join(await folder(), 'lock');
    const held = await lock(path, { what });
    await expect(lock(path, { what })).rejects.toThrow(`${what} (process ${process.pid}).`);
    await held.release();
    await (await lock(path, { what })).release();
  });

  it('is held by one of two that take it at the same time, or shortly after each other', async () => {
    const path = join(await folder(), 'lock');
    for (let turns = 0; turns < 40; turns++) {
      const first = lock(path, { what });
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      const ends = await Promise.allSettled([first, lock(path, { what })]);
      const refused = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason);
      expect(refused).toEqual([expect.any(UsageError)]);
      for (const end of ends) if (end.status === 'fulfilled') await end.value.release();
    }
  });

  it.each<readonly [string, Record<string, unknown>, number]>([
    ['a process that has ended', { pid: 2147480000 }, 0],
    ...(isLinux ? [['a process whose id another process has now', { started: '1' }, 0] as const] : []),
    ['a process from before a reboot', { boot: 'another' }, 0],
    ['a group of processes', { pid: -1 }, 0],
    ['a process without a known start, without a refresh', { started: '' }, 100_000],
    ['another machine, without a refresh', { host: 'elsewhere' }, 100_000],
  ])('of %s is taken over', async (_, changes, ageMs) => {
    const { path, cwd } = await foreignLock(changes, ageMs);
    const held = await lock(path, { what });
    await held.release();
    expect(await readdir(cwd)).toEqual([]);
  });

  it.each([['', 'hello', '{"pid":1}', '[]']])(
    'that has no valid content (%j) is taken over',
    async (content) => {
      const cwd = await folder();
      await writeFile(join(cwd, 'lock'), content);
      await (await lock(join(cwd, 'lock'), { what })).release();
      expect(await readdir(cwd)).toEqual([]);
    },
  );

  it.each<[string, Record<string, unknown>, string]>([
    // The same number may be in use here, or not.
    [
      'another machine',
      { host: 'elsewhere', pid: 2147480000, boot: 'another' },
      'process 2147480000 on elsewhere',
    ],
    ['a container on this machine', { host: 'c0ffee', pid: 7, started: '1' }, 'process 7 on c0ffee'],
    ['a process without a known start', { started: '' }, `process ${process.pid}`],
  ])('of %s is respected while it is refreshed', async (_, changes, holder) => {
    const { path } = await foreignLock(changes, 10_000);
    await expect(lock(path, { what })).rejects.toThrow(`${what} (${holder}).`);
  });

  it('is refreshed without changing its content', async () => {
    const path = join(await folder(), 'lock');
    const held = await lock(path, { what, refreshMs: 5 });
    const content = await readFile(path, 'utf8');
    await utimes(path, 1, 1);
    await expect.poll(async () => (await stat(path)).mtimeMs, { timeout: 10_000 }).toBeGreaterThan(2000);
    expect(await readFile(path, 'utf8')).toBe(content);
    await held.release();
  });

  it('that another process took over is not released', async () => {
    const path = join(await folder(), 'lock');
    const held = await lock(path, { what });
    await writeFile(path, 'of another');
    await held.release();
    expect(await readFile(path, 'utf8')).toBe('of another');
  });

  // Windows does not replace an open file.
  it.skipIf(isWindows)(
    'that another process takes over during a refresh or a release is unchanged',
    async () => {
      const path = join(await folder(), 'lock');
      const { disk, nextCall } = hookedDisk();
      const takeOver = async () => {
        await writeFile(`${path}.other`, 'of another');
        await rename(`${path}.other`, path);
      };
      const refreshed = await lock(path, { what, refreshMs: 5, disk });
      await nextCall('open', takeOver);
      // By then the refresh has ended.
      await nextCall('open', async () => {});
      expect(await readFile(path, 'utf8')).toBe('of another');
      await refreshed.release();
      await rm(path);

      const released = await lock(path, { what, disk });
      await Promise.all([nextCall('rename', takeOver), released.release()]);
      expect(await readFile(path, 'utf8')).toBe('of another');
    },
  );

  it('that cannot be created is not reported as held by another process', async () => {
    const failure = lock(join(await folder(), 'missing', 'lock'), { what });
    await expect(failure).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(failure).rejects.not.toBeInstanceOf(UsageError);
  });
});
