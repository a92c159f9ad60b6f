import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Disk } from '../../src/files/disk.ts';
import { stopSignals } from '../api/fake-server.ts';
import { recordingDisk } from '../files/recording-disk.ts';
import { csv, plain, uploadScene } from './scene.ts';

/** The log of a run's disk, with `J` for its journal, `R` for its rejects file, and the folders of both. */
function readable(log: readonly string[], folder: string): string[] {
  return log.map((line) =>
    line
      .replace(/[0-9a-f]+-[0-9a-f]+\.journal/g, 'J')
      .replaceAll('users.rejected.csv', 'R')
      .replaceAll('.journals', 'folder of J')
      .replaceAll(folder, 'folder of R'),
  );
}

const journalBegins = [
  ...['create draft of J', 'write draft of J', 'sync draft of J', 'rename draft of J J'],
  ...['open folder of J', 'sync folder of J'],
];
const journalEnds = ['write J', 'sync J'];

describe('the order in which a run writes to disk', () => {
  it('syncs a rejected record before the journal marks it as done', async () => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.csv', 'user_id,age\nu1,old\n');
    const { disk, log } = recordingDisk();
    await upload({ inputs: ['users.csv'], disk });
    expect(readable(log, cwd.split('/').at(-1)!)).toEqual([
      ...journalBegins,
      // The file exists under its name, and the journal knows it, before it has content.
      ...['create R', 'open folder of R', 'sync folder of R', 'write J', 'sync J'],
      ...['write R', 'sync R'],
      ...['write J', 'sync J'],
      ...journalEnds,
    ]);
  });

  it('writes stored records to the journal, and syncs it at the end', async () => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.csv', csv(plain(3)));
    const { disk, log } = recordingDisk();
    await upload({ inputs: ['users.csv'], disk });
    expect(readable(log, cwd)).toEqual([...journalBegins, 'write J', 'sync J', ...journalEnds]);
  });
});

/** Rows of one kilobyte, and how many of them were read so far. */
function countedRows(count: number, row: (n: number) => string) {
  const progress = { rows: 0 };
  function* rows() {
    yield 'user_id,age,name\n';
    for (let n = 0; n < count; n++) {
      progress.rows++;
      yield `${row(n)},${'n'.repeat(1000)}\n`;
    }
  }
  return { progress, stdin: Readable.from(rows()) };
}

/** Waits until nothing more can happen without a reply. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) await new Promise(setImmediate);
}

/** A disk whose first sync of a rejects file lasts until `release`. */
function stuckDisk() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { disk: real } = recordingDisk();
  let stuck = false;
  const disk: Disk = {
    ...real,
    open: async (path, flags, mode) => {
      const file = await real.open(path, flags, mode);
      if (!path.endsWith('.rejected.csv')) return file;
      const datasync = async () => {
        stuck = true;
        await released;
        await file.datasync();
      };
      return { ...file, datasync };
    },
  };
  return { disk, release, isStuck: () => stuck };
}

describe('reading', () => {
  it('pauses while the server does not reply', async () => {
    const { upload, sandbox } = await uploadScene([{ do: 'stall', on: 'upload' }]);
    const { soft, hard, stop } = stopSignals();
    const { progress, stdin } = countedRows(5000, (n) => `u${n},1`);
    const format = { read: { format: 'csv' as const } };
    const done = upload({ inputs: ['-'], stdin, ...format, recordsPerRequest: 10, concurrency: 2, stop });
    await expect.poll(() => sandbox.stats.inFlight, { timeout: 10_000 }).toBeGreaterThan(0);
    await settle();
    expect(progress.rows).toBeLessThan(500);
    soft.abort(new Error('enough'));
    hard.abort(new Error('enough'));
    await done;
  });

  it('pauses while the disk does not accept rejected records', async () => {
    const { upload } = await uploadScene();
    const { disk, release, isStuck } = stuckDisk();
    const { progress, stdin } = countedRows(30_000, (n) => `u${n},old`);
    const done = upload({ inputs: ['-'], stdin, read: { format: 'csv' }, rejects: 'all.rejected.csv', disk });
    await expect.poll(isStuck, { timeout: 10_000 }).toBe(true);
    await settle();
    expect(progress.rows).toBeLessThan(10_000);
    release();
    expect((await done).summary.records.rejected).toBe(30_000);
  });
});
