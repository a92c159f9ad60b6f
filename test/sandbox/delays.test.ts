import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { startSandbox } from '../../src/sandbox/http/server.ts';
import { call, linesOf, start, taskOf, upload } from './start.ts';

async function delayed(plan: object) {
  let now = 0;
  const sandbox = await start({ faults: parseFaultPlan(plan), clock: () => now });
  return {
    sandbox,
    at: (ms: number) => {
      now = ms;
    },
    status: async (task: string) => (await call(sandbox, 'GET', `/v1/users/_status/${task}`)).status,
    ids: async () => linesOf(await call(sandbox, 'GET', '/v1/users/_ids')),
  };
}

describe('a delay until calls take effect', () => {
  it('keeps uploads and deletes queued, their tasks unknown', async () => {
    const { sandbox, at, status } = await delayed({ delays: { apply: 100 } });
    const stored = taskOf(await upload(sandbox, [{ user_id: 'a' }]));
    expect((await call(sandbox, 'GET', '/v1/users/a')).status).toBe(404);
    expect(await status(stored)).toBe(404);
    at(100);
    expect((await call(sandbox, 'GET', '/v1/users/a')).status).toBe(200);
    expect(await status(stored)).toBe(200);
    const deleted = taskOf(await call(sandbox, 'DELETE', '/v1/users/a'));
    expect(sandbox.users.has('a')).toBe(true);
    at(200);
    expect(sandbox.users.has('a')).toBe(false);
    expect(await status(deleted)).toBe(200);
  });

  it('checks types against uploads that are still queued', async () => {
    const { sandbox } = await delayed({ delays: { apply: 100 } });
    await upload(sandbox, [{ user_id: 'a', custom_attributes: { n: 1 } }]);
    expect((await upload(sandbox, [{ user_id: 'b', custom_attributes: { n: 'x' } }])).body).toMatchObject({
      errors: true,
    });
  });

  it('does not change the order: a call waits for those that were queued before', async () => {
    const { sandbox, at } = await delayed({ faults: [{ on: 'upload', do: 'queue', ms: 100, first: 1 }] });
    await upload(sandbox, [{ user_id: 'a', name: 'first' }]);
    await upload(sandbox, [{ user_id: 'a', name: 'second' }]);
    expect(sandbox.users.has('a')).toBe(false);
    at(100);
    expect(sandbox.users.get('a')).toEqual({ user_id: 'a', name: 'second' });
  });

  it('changes the order if the plan says so', async () => {
    const faults = [{ on: 'upload', do: 'queue', ms: 100, overtaken: true, first: 1 }];
    const { sandbox, at, status } = await delayed({ faults });
    const first = taskOf(await upload(sandbox, [{ user_id: 'a', name: 'first' }]));
    const second = taskOf(await upload(sandbox, [{ user_id: 'a', name: 'second' }]));
    expect(sandbox.users.get('a')).toEqual({ user_id: 'a', name: 'second' });
    expect([await status(first), await status(second)]).toEqual([404, 200]);
    at(100);
    expect(sandbox.users.get('a')).toEqual({ user_id: 'a', name: 'first' });
  });

  it('loses nothing when the sandbox stops', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'miso-sandbox-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const data = join(folder, 'users');
    const first = await startSandbox({ data, faults: parseFaultPlan({ delays: { apply: 60_000 } }) });
    await upload(first, [{ user_id: 'a' }]);
    await first.close();
    expect((await start({ data })).users.ids()).toEqual(['a']);
  });
});

describe('a task', () => {
  it('may stay queued forever, without delaying other calls', async () => {
    const { sandbox, at, status } = await delayed({
      faults: [{ on: 'upload', do: 'queue', ids: ['a'] }],
    });
    const task = taskOf(await upload(sandbox, [{ user_id: 'a' }]));
    await upload(sandbox, [{ user_id: 'b' }]);
    at(1e9);
    expect(await status(task)).toBe(404);
    expect(sandbox.users.ids()).toEqual(['b']);
  });

  it('may fail later and name its records; the others are stored then', async () => {
    const { sandbox, at, status } = await delayed({
      faults: [{ on: 'upload', do: 'task-errors', ids: ['a'], ms: 50 }],
    });
    const answer = await upload(sandbox, [{ user_id: 'a' }, { user_id: 'b' }]);
    expect(answer.body).toMatchObject({ message: 'success' });
    expect(await status(taskOf(answer))).toBe(404);
    at(50);
    const failed = await call(sandbox, 'GET', `/v1/users/_status/${taskOf(answer)}`);
    expect(failed.body).toMatchObject({
      errors: true,
      data: [expect.stringContaining('data.0.user_id (a)')],
    });
    expect(sandbox.users.ids()).toEqual(['b']);
  });
});

describe('a delay of _ids', () => {
  it('lists users later than they can be read, and deleted users for longer', async () => {
    const { sandbox, at, ids } = await delayed({ delays: { ids: 100 } });
    await upload(sandbox, [{ user_id: 'a' }, { user_id: 'b' }]);
    expect((await call(sandbox, 'GET', '/v1/users/a')).status).toBe(200);
    expect(await ids()).toEqual({ ids: [] });
    at(100);
    expect(await ids()).toEqual({ ids: ['a', 'b'] });
    await call(sandbox, 'DELETE', '/v1/users/a');
    at(199);
    expect(await ids()).toEqual({ ids: ['a', 'b'] });
    at(200);
    expect(await ids()).toEqual({ ids: ['b'] });
  });
});

describe('delete-lists', () => {
  const replies: Readonly<Record<string, unknown>> = {
    both: { deleted: { count: 1, list: ['a'] }, not_found: { count: 1, list: ['x'] } },
    lists: { deleted: { list: ['a'] }, not_found: { list: ['x'] } },
    counts: { deleted: { count: 1 }, not_found: { count: 1 } },
    'not-found': { not_found: { count: 1, list: ['x'] } },
  };

  it.each(Object.entries(replies))('answers a delete of many users with %s', async (show, data) => {
    const { sandbox } = await delayed({ faults: [{ do: 'delete-lists', show }] });
    await upload(sandbox, [{ user_id: 'a' }, { user_id: 'b' }]);
    const answer = await call(sandbox, 'POST', '/v1/users/_delete', { data: { user_ids: ['a', 'x'] } });
    expect(answer.body).toEqual({ message: 'deleted', data });
    expect(sandbox.users.ids()).toEqual(['b']);
  });
});
