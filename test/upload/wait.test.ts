import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stopSignals } from '../api/fake-server.ts';
import { virtualClock } from '../api/virtual-clock.ts';
import { csv, plain, uploadScene } from './scene.ts';

describe('--wait', () => {
  it('traces what a task reports back to file and line, and counts the others as uploaded', async () => {
    const line = 'data.{index}.user_id ({id}) is invalid. It is on a block list.';
    const { write, upload, cwd, sandbox } = await uploadScene([
      { do: 'task-errors', on: 'upload', ids: ['u7', 'u250'], line },
      { do: 'status', status: 404, on: 'status', first: 5 },
    ]);
    await write('users.csv', csv(plain(400)));
    const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock: virtualClock() });
    expect(summary).toMatchObject({
      exitCode: 1,
      records: { read: 400, uploaded: 398, rejected: 2 },
      tasks: { queued: 0, failed: 2 },
    });
    expect(summary.errors).toEqual([
      {
        field: 'user_id',
        reason: 'It is on a block list.',
        by: 'miso',
        count: 2,
        examples: expect.arrayContaining([
          { file: 'users.csv', line: 9, user_id: 'u7', found: 'u7' },
          { file: 'users.csv', line: 252, user_id: 'u250', found: 'u250' },
        ]),
      },
    ]);
    const rows = (await readFile(join(cwd, 'users.rejected.csv'), 'utf8')).trimEnd().split('\n');
    expect(rows).toHaveLength(3);
    expect(sandbox.users.size).toBe(398);
  });

  it('rejects the whole call when a task fails and names nobody: nobody is lost', async () => {
    const { write, upload } = await uploadScene([
      { do: 'task-errors', on: 'upload', ids: ['u7'], line: 'something went wrong' },
    ]);
    await write('users.csv', csv(plain(250)));
    const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock: virtualClock() });
    expect(summary).toMatchObject({ exitCode: 1, records: { uploaded: 150, rejected: 100 } });
    expect(summary.errors[0]).toMatchObject({ field: '', reason: 'something went wrong', count: 100 });
  });

  it('gives up on a task that stays unknown, and says that it is still queued', async () => {
    const { write, upload } = await uploadScene([{ do: 'status', status: 404, on: 'status' }]);
    await write('users.csv', csv(plain(10)));
    const clock = virtualClock();
    const before = clock.now();
    const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock });
    expect(summary).toMatchObject({
      exitCode: 1,
      records: { uploaded: 10 },
      tasks: { queued: 1, failed: 0 },
    });
    expect(clock.now() - before).toBeLessThanOrEqual(600_000);
    expect(clock.now() - before).toBeGreaterThan(580_000);
    expect(Math.max(...clock.waits)).toBe(10_000);
  });

  it('without it says how many tasks are queued', async () => {
    const { write, upload } = await uploadScene();
    await write('users.csv', csv(plain(250)));
    const { summary } = await upload({ inputs: ['users.csv'] });
    expect(summary).toMatchObject({ exitCode: 0, tasks: { queued: 3, failed: 0 } });
  });

  it('is ended by a stop without a failure that nobody hears', async () => {
    const { write, upload, sandbox } = await uploadScene([{ do: 'status', status: 404, on: 'status' }]);
    await write('users.csv', csv(plain(250)));
    const { soft, stop } = stopSignals();
    let looks = 0;
    const { error } = await upload({
      inputs: ['users.csv'],
      wait: true,
      stop,
      told: {
        onAnswer: ({ status }) => {
          if (status === 404 && ++looks === 3) soft.abort(new Error('stop'));
        },
      },
    });
    expect(error).toEqual(new Error('stop'));
    expect(sandbox.users.size).toBe(250);
  });
});
