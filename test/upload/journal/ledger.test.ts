import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OutputError } from '../../../src/errors.ts';
import type { Rejection } from '../../../src/records/record.ts';
import { Journal } from '../../../src/upload/journal/journal.ts';
import { Ledger } from '../../../src/upload/journal/ledger.ts';
import { loadPreviousRun } from '../../../src/upload/journal/previous-run.ts';
import { FileLocks } from '../../../src/upload/rejects/file-locks.ts';
import { oneForEach } from '../../../src/upload/rejects/reject-targets.ts';
import { Rejects } from '../../../src/upload/rejects/rejects.ts';
import { virtualClock } from '../../api/virtual-clock.ts';
import { file, item } from '../items.ts';
import { folder } from '../scene.ts';

function rejectionOf(position: number): Rejection {
  const { source } = item(`u${position}`, position).record;
  return { kind: 'rejected', reasons: [{ field: 'age', reason: 'no', by: 'miso' }], source };
}

async function opened(cwd?: string) {
  const directory = cwd ?? (await folder());
  const identity = { server: 'https://x', key: 'k', inputs: [], settings: {} };
  const { journal, previous } = await Journal.open({
    directory,
    identity,
    resume: cwd !== undefined,
    now: 'now',
  });
  const targets = await oneForEach([file], { directory, safeCsv: false, isFree: async () => true });
  const rejects = await Rejects.open(
    { targets, locks: new FileLocks(undefined), isFree: async () => true },
    { marks: previous?.rejects, warn: () => {} },
  );
  const counts = { uploaded: 0, rejected: previous?.counts.rejected ?? 0, superseded: 0 };
  const failures: unknown[] = [];
  const ledger = new Ledger({
    ...{ journal, rejects, clock: virtualClock() },
    counts: () => ({ ...counts }),
    marks: () => [],
    onFailure: (error) => failures.push(error),
  });
  const reject = (position: number) => {
    counts.rejected++;
    ledger.rejected({ position, rejection: rejectionOf(position) });
  };
  const store = (position: number) => {
    counts.uploaded++;
    ledger.done(position);
  };
  return { directory, journal, rejects, ledger, failures, reject, store };
}

const lines = async (directory: string) =>
  (await readFile(join(directory, 'users.rejected.ndjson'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).user_id);

describe('a ledger', () => {
  it('has everything on disk once it is closed, whenever it was added', async () => {
    // Between two turns of its own writer as well as while that rests: each distance is tried.
    for (let turns = 0; turns < 40; turns++) {
      const { directory, ledger, journal, store, reject } = await opened();
      store(0);
      await new Promise(setImmediate);
      for (let n = 0; n < turns; n++) await Promise.resolve();
      reject(1);
      for (let n = 0; n < turns; n++) await null;
      store(2);
      await ledger.close(true);
      const previous = await loadPreviousRun(journal.path);
      expect(previous).toMatchObject({ finished: true, counts: { uploaded: 2, rejected: 1 } });
      expect(previous?.done.toJSON()).toEqual([[0, 3]]);
      expect(await lines(directory)).toEqual(['u1']);
    }
  });

  it('names a rejects file in the journal before it is written', async () => {
    const { directory, ledger, journal, reject } = await opened();
    reject(5);
    await ledger.close(false);
    const entries = (await readFile(journal.path, 'utf8'))
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line.slice(9)));
    const path = join(directory, 'users.rejected.ndjson');
    expect(entries.map(({ done, counts, rejects }) => [done, counts.rejected, rejects[path].bytes])).toEqual([
      [[], 0, 0],
      [[[5, 6]], 1, expect.any(Number)],
    ]);
  });

  it('continues a rejects file that was only named', async () => {
    const first = await opened();
    const items = [0, 1].map((position) => ({ position, rejection: rejectionOf(position) }));
    await first.rejects.createMissing(items);
    const noted = { done: [], counts: { uploaded: 0, rejected: 0, superseded: 0 }, read: [] };
    await first.journal.append({ ...noted, rejects: first.rejects.marks });
    // Killed here, with records in the file that no line of the journal mentions.
    for (const { write } of first.rejects.prepare(items)) await write();
    await first.rejects.close();
    await first.journal.close();
    const second = await opened(first.directory);
    second.reject(0);
    await second.ledger.close(true);
    expect(await lines(first.directory)).toEqual(['u0']);
  });

  it('reports a disk failure once, and to each caller that asks', async () => {
    const { ledger, journal, failures, store } = await opened();
    await journal.close();
    store(0);
    await expect.poll(() => failures.length).toBe(1);
    store(1);
    await expect(ledger.waitForDisk()).rejects.toThrow(OutputError);
    await expect(ledger.close(true)).rejects.toThrow(OutputError);
    expect(failures).toHaveLength(1);
  });

  it('makes work wait while too many outcomes wait for the disk', async () => {
    const { ledger, store } = await opened();
    for (let n = 0; n < 6000; n++) store(n);
    let passed = false;
    const room = ledger.waitForDisk().then(() => {
      passed = true;
    });
    await Promise.resolve();
    expect(passed).toBe(false);
    await room;
    await ledger.close(true);
  });
});
