import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { lock } from '../../src/files/lock.ts';
import { freshFolder } from '../folder.ts';

describe('a lock', () => {
  it('is held by one at a time', async () => {
    const path = join(await freshFolder(), 'lock');
    const held = await lock(path);
    await expect(lock(path)).rejects.toThrow(new RegExp(`is running \\(process ${process.pid}\\)`));
    await held.release();
    await (await lock(path)).release();
  });

  it('is held by one of two who take it at once, or one a little after the other', async () => {
    const path = join(await freshFolder(), 'lock');
    for (let turns = 0; turns < 40; turns++) {
      const first = lock(path);
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      const ends = await Promise.allSettled([first, lock(path)]);
      const refused = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason);
      expect(refused).toEqual([expect.any(UsageError)]);
      for (const end of ends) if (end.status === 'fulfilled') await end.value.release();
    }
  });

  it.each([
    ['a process that is gone', '2147480000 1'],
    ['a process whose number another has now', `${process.pid} 1`],
    ['nobody', ''],
    ['something that is no lock', 'hello'],
    ['a group of processes', '-1 5'],
  ])('of %s is taken over', async (_, holder) => {
    const cwd = await freshFolder();
    await writeFile(join(cwd, 'lock'), holder);
    const held = await lock(join(cwd, 'lock'));
    await held.release();
    expect(await readdir(cwd)).toEqual([]);
  });

  it('that cannot be made is no lock that is held', async () => {
    const failure = lock(join(await freshFolder(), 'missing', 'lock'));
    await expect(failure).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(failure).rejects.not.toBeInstanceOf(UsageError);
  });
});
