import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Disk, systemDisk } from '../../../src/files/disk.ts';
import { type LogEntry, logged, noRecord, RunLog } from '../../../src/sync/state/run-log.ts';
import { windowsDisk } from '../../files/windows-disk.ts';
import { freshFolder } from '../../folder.ts';

const salt = 'f'.repeat(32);
const sending = (...numbers: number[]): LogEntry[] =>
  numbers.map((n) => ({ what: logged.sending, id: { high: n, low: n + 1 }, record: { high: 7, low: n } }));

async function leftIn(path: string, options: { salt?: string } = {}): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of new RunLog(path, { salt, ...options }).left()) entries.push(entry);
  return entries;
}

/** Adds entries and closes the file, which Node 26 does not do when it is no longer used. */
async function addOnce(log: RunLog, entries: readonly LogEntry[]): Promise<void> {
  await log.add(entries);
  await log.close();
}

describe('the log of a run', () => {
  it('contains every entry once `add` has resolved, including entries that shared a write', async () => {
    const path = join(await freshFolder(), 'log');
    const log = new RunLog(path, { salt });
    expect(await leftIn(path)).toEqual([]);
    await Promise.all([log.add(sending(1, 2)), log.add(sending(3)), log.add(sending(4))]);
    log.note([{ what: logged.stored, id: { high: 1, low: 2 }, record: noRecord }]);
    await log.add(sending(5));
    const stored = { what: logged.stored, id: { high: 1, low: 2 }, record: noRecord };
    expect(await leftIn(path)).toEqual([...sending(1, 2, 3, 4), stored, ...sending(5)]);
    await log.replace(sending(5));
    expect(await leftIn(path)).toEqual(sending(5));
    await log.replace([]);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('is on disk before `add` resolves', async () => {
    const steps: string[] = [];
    const disk: Disk = {
      ...systemDisk,
      open: async (...args) => {
        const handle = await systemDisk.open(...args);
        return new Proxy(handle, {
          get: (target, name: keyof typeof handle) => {
            const value = target[name];
            if (typeof value !== 'function') return value;
            return (...parameters: never[]) => {
              if (name === 'appendFile' || name === 'datasync') steps.push(name);
              return (value as (...all: never[]) => unknown).apply(target, parameters);
            };
          },
        });
      },
    };
    const log = new RunLog(join(await freshFolder(), 'log'), { salt, disk });
    await log.add(sending(1)).then(() => steps.push('added'));
    await log.close();
    expect(steps).toEqual(['appendFile', 'appendFile', 'datasync', 'added']);
  });

  it.each([
    ['half an entry', Buffer.from([1, 0, 0])],
    ['zeros', Buffer.alloc(60)],
  ])('drops %s that a power failure left, and continues after the last complete entry', async (_, rest) => {
    const path = join(await freshFolder(), 'log');
    await addOnce(new RunLog(path, { salt }), sending(1));
    const { length } = await readFile(path);
    await appendFile(path, rest);
    expect(await leftIn(path)).toEqual(sending(1));
    await addOnce(new RunLog(path, { salt }), sending(2));
    expect(await leftIn(path)).toEqual(sending(1, 2));
    expect((await readFile(path)).length).toBe(length + 20);
  });

  it('is continued and replaced on Windows', async () => {
    const path = join(await freshFolder(), 'log');
    const disk = windowsDisk();
    await addOnce(new RunLog(path, { salt, disk }), sending(1));
    await appendFile(path, Buffer.from([1, 0, 0]));
    const log = new RunLog(path, { salt, disk });
    await addOnce(log, sending(2));
    expect(await leftIn(path)).toEqual(sending(1, 2));
    await log.replace(sending(3));
    expect(await leftIn(path)).toEqual(sending(3));
  });

  it('ignores and replaces a log that belongs to another state', async () => {
    const path = join(await freshFolder(), 'log');
    await addOnce(new RunLog(path, { salt: '0'.repeat(32) }), sending(1));
    expect(await leftIn(path)).toEqual([]);
    await addOnce(new RunLog(path, { salt }), sending(2));
    expect(await leftIn(path)).toEqual(sending(2));
  });

  it('reports a disk failure to every pending `add`', async () => {
    const log = new RunLog(join(await freshFolder(), 'no', 'such', 'folder'), { salt });
    const results = await Promise.allSettled([log.add(sending(1)), log.add(sending(2))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
