import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/http/server.ts';
import { stopSignals } from '../api/fake-server.ts';
import { virtualClock } from '../api/virtual-clock.ts';
import { csv, plain, uploadScene } from './scene.ts';

function uploadsTo(sandbox: Sandbox): number {
  return sandbox.requests.filter(({ method }) => method === 'POST').length;
}

describe('--wait', () => {
  it('traces errors of a task to file and line, and counts the other records', async () => {
    const line = 'data.{index}.user_id ({id}) is invalid. It is on a block list.';
    const { write, upload, cwd, sandbox } = await uploadScene([
      { do: 'task-errors', on: 'upload', ids: ['u7', 'u250'], line },
      { do: 'status', status: 404, on: 'status', first: 5 },
    ]);
    await write('users.csv', csv(plain(400)));
    const clock = virtualClock();
    const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock });
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

  it('sends the halves again if a task fails without naming a record, until the bad record is alone', async () => {
    const { write, upload, sandbox } = await uploadScene([
      { do: 'task-errors', on: 'upload', ids: ['u7'], line: 'something went wrong' },
    ]);
    await write('users.csv', csv(plain(250)));
    const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock: virtualClock() });
    expect(summary).toMatchObject({
      exitCode: 1,
      records: { read: 250, uploaded: 249, rejected: 1 },
      tasks: { queued: 0, failed: 1 },
    });
    expect(summary.errors[0]).toMatchObject({ field: '', reason: 'something went wrong', count: 1 });
    expect(summary.errors[0]?.examples[0]).toMatchObject({ user_id: 'u7', line: 9 });
    // Three calls, and two for each time that the first is cut in half, from 100 down to 1.
    expect(uploadsTo(sandbox)).toBe(3 + 2 * 7);
  });

  it('limits the splits: if every task fails, all records are rejected in few calls', async () => {
    const users = plain(100);
    const { write, upload, sandbox } = await uploadScene([
      { do: 'task-errors', on: 'upload', ids: users.map(({ id }) => id), line: 'something went wrong' },
    ]);
    await write('users.csv', csv(users));
    const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock: virtualClock() });
    expect(summary).toMatchObject({ exitCode: 1, records: { read: 100, uploaded: 0, rejected: 100 } });
    expect(uploadsTo(sandbox)).toBe(1 + 2 * 30);
  });

  it.each([
    ['refused', { do: 'status', status: 401, body: { message: 'invalid api key.' } }, 3],
    ['led elsewhere', { do: 'status', status: 302 }, 4],
  ])(
    'ends the run if polling a task is %s, without an outcome for its records',
    async (_, fault, exitCode) => {
      const { write, upload } = await uploadScene([{ ...fault, on: 'status', times: 1 }]);
      await write('users.csv', csv(plain(10)));
      const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock: virtualClock() });
      expect(summary).toMatchObject({
        exitCode,
        records: { read: 0 },
        resumable: true,
        tasks: { queued: 1 },
      });
      const again = await upload({ inputs: ['users.csv'], wait: true, resume: true, clock: virtualClock() });
      expect(again.summary).toMatchObject({ exitCode: 0, records: { read: 10, uploaded: 10, skipped: 0 } });
    },
  );

  it('gives up on a task that stays unknown, and says that it is still queued', async () => {
    const { write, upload } = await uploadScene([{ do: 'status', status: 404, on: 'status' }]);
    await write('users.csv', csv(plain(10)));
    const clock = virtualClock();
    const before = clock.now();
    const { summary } = await upload({ inputs: ['users.csv'], wait: true, clock });
    expect(summary).toMatchObject({
      exitCode: 1,
      records: { read: 0, uploaded: 0 },
      tasks: { queued: 1, failed: 0 },
      complete: false,
      resumable: true,
      error: { message: expect.stringContaining('10 records may not be stored') },
    });
    expect(clock.now() - before).toBeLessThanOrEqual(600_000);
    expect(clock.now() - before).toBeGreaterThan(580_000);
    expect(Math.max(...clock.waits)).toBe(10_000);
    const again = await upload({ inputs: ['users.csv'], resume: true });
    expect(again.summary).toMatchObject({ exitCode: 0, records: { uploaded: 10, skipped: 0 } });
  });

  it('without it says how many tasks are queued', async () => {
    const { write, upload } = await uploadScene();
    await write('users.csv', csv(plain(250)));
    const { summary } = await upload({ inputs: ['users.csv'] });
    expect(summary).toMatchObject({ exitCode: 0, tasks: { queued: 3, failed: 0 } });
  });

  it('is ended by a stop without an unhandled failure', async () => {
    const { write, upload, sandbox } = await uploadScene([{ do: 'status', status: 404, on: 'status' }]);
    await write('users.csv', csv(plain(250)));
    const { soft, stop } = stopSignals();
    let looks = 0;
    const { error } = await upload({
      inputs: ['users.csv'],
      wait: true,
      stop,
      told: {
        onResponse: ({ status }) => {
          if (status === 404 && ++looks === 3) soft.abort(new Error('stop'));
        },
      },
    });
    expect(error).toEqual(new Error('stop'));
    expect(sandbox.users.size).toBe(250);
  });
});
