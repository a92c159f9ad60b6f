import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSession } from '../../src/api/session.ts';
import { UsersEndpoints } from '../../src/api/users.ts';
import { deleteUsers } from '../../src/delete/run.ts';
import type { DeleteDeps, DeleteResult, DeleteSettings } from '../../src/delete/settings.ts';
import { AccessError, OutputError, UnavailableError, UsageError } from '../../src/errors.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/http/server.ts';
import { answer, callerOn, stopSignals } from '../api/fake-server.ts';
import { virtualClock } from '../api/virtual-clock.ts';
import { isLinux, isWindows, modeOf } from '../platform.ts';
import { startWithFaults, upload } from '../sandbox/start.ts';
import { impossibleIds, oddIds } from './odd-ids.ts';

async function scene(faults: readonly unknown[] = [], options: SandboxOptions = {}) {
  const sandbox = await startWithFaults(faults, options);
  const cwd = await mkdtemp(join(tmpdir(), 'miso-delete-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const path = (name: string) => join(cwd, name);
  return {
    sandbox,
    path,
    fill: (ids: readonly string[]) => fill(sandbox, ids),
    remove: (ids: readonly string[], more: Partial<DeleteSettings & DeleteDeps> & { apiKey?: string } = {}) =>
      removeFrom(sandbox, ids, more),
    receipts: async (name: string) =>
      (await readFile(path(name), 'utf8'))
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}

async function fill(sandbox: Sandbox, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += 1000) {
    const some = ids.slice(from, from + 1000);
    const { body } = await upload(
      sandbox,
      some.map((user_id) => ({ user_id, name: `n ${user_id}` })),
    );
    expect(body).toMatchObject({ message: 'success' });
  }
}

async function removeFrom(
  sandbox: Sandbox,
  ids: readonly string[],
  more: Partial<DeleteSettings & DeleteDeps> & { apiKey?: string },
) {
  const {
    apiKey = 'sandbox',
    clock = virtualClock(),
    stop = stopSignals().stop,
    onResult,
    ...settings
  } = more;
  const session = createSession(
    { server: sandbox.url, apiKey, timeoutMs: 20_000, retries: 2, concurrency: 8, userAgent: 'test' },
    clock,
  );
  const results: DeleteResult[] = [];
  const error = await deleteUsers(
    {
      ids,
      idsPerRequest: 1000,
      retries: 2,
      withInteractions: false,
      verify: false,
      backup: undefined,
      receipt: undefined,
      resume: false,
      server: sandbox.url,
      ...settings,
    },
    {
      users: session.users,
      clock,
      stop,
      requests: session.counts,
      onResult: (result) => {
        results.push(result);
        onResult?.(result);
      },
    },
  ).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { results, error, sent: session.counts.sent };
}

const upTo = (n: number) => Array.from({ length: n }, (_, id) => `u${id}`);
const deleted = (results: readonly DeleteResult[]) =>
  results.filter(({ outcome }) => outcome === 'deleted').map(({ id }) => id);

describe('deleting', () => {
  it('sends at most a thousand ids per call, each once', async () => {
    const { sandbox, fill, remove } = await scene();
    await fill([...upTo(2500), 'keep']);
    const before = sandbox.stats.calls;
    const { results, error } = await remove(upTo(2500));
    expect(error).toBeUndefined();
    expect(deleted(results)).toEqual(upTo(2500));
    expect(sandbox.users.ids()).toEqual(['keep']);
    expect(sandbox.stats.calls - before).toBe(3);
  });

  it.each(oddIds)('deletes the user %j and no other', async (id) => {
    const { sandbox, fill, remove } = await scene();
    await fill(oddIds);
    const { results } = await remove([id], { withInteractions: true, verify: true });
    expect(results).toEqual([
      {
        ...{ id, outcome: 'deleted', existed: true, verified: true, interactions: true },
        ...{ taskId: expect.any(String), time: expect.any(String) },
      },
    ]);
    expect(sandbox.users.ids().sort()).toEqual(oddIds.filter((other) => other !== id).sort());
    for (const { path } of sandbox.requests.filter(({ method }) => method !== 'GET'))
      expect(['/v1/users', '/v1/users/_delete', '/v1/interactions']).toContain(path);
  });

  it.each(impossibleIds)('finds no user %j, and deletes no other', async (id) => {
    const { sandbox, fill, remove } = await scene();
    await fill(['keep']);
    const { results } = await remove([id], { verify: true });
    expect(results).toMatchObject([{ outcome: 'not-found', existed: false }]);
    expect(sandbox.users.ids()).toEqual(['keep']);
  });

  it('retries temporary failures', async () => {
    const faults = [
      { do: 'status', status: 429, retryAfter: 30, on: 'delete', first: 1 },
      { do: 'reset-after', on: 'delete', after: 1, first: 1 },
    ];
    const { sandbox, fill, remove } = await scene(faults);
    await fill(upTo(10));
    expect((await remove(upTo(10))).results).toHaveLength(10);
    expect(sandbox.users.size).toBe(0);
  });

  it('finds the one id that gets no reply, and deletes all others', async () => {
    for (const ids of [upTo(100), ['u7', 'u8']]) {
      const { sandbox, fill, remove } = await scene([{ do: 'poison', on: 'delete', ids: ['u7'] }]);
      await fill(ids);
      const { results, error } = await remove(ids);
      expect(error).toBeUndefined();
      expect(results.filter(({ outcome }) => outcome !== 'deleted')).toMatchObject([
        { id: 'u7', outcome: 'failed' },
      ]);
      expect(sandbox.users.ids()).toEqual(['u7']);
    }
  });

  it('stops at a refused key, after one request', async () => {
    const { remove, sandbox } = await scene([], { key: 'right' });
    const { error, results } = await remove(upTo(5000), { apiKey: 'wrong' });
    expect(error).toBeInstanceOf(AccessError);
    expect([results, sandbox.stats.calls]).toEqual([[], 1]);
  });

  it('stops when the server fails, and has reported every deleted id', async () => {
    const { sandbox, fill, remove, path, receipts } = await scene([{ do: 'status', on: 'delete', after: 2 }]);
    await fill(upTo(100));
    const { error, results } = await remove(upTo(100), { idsPerRequest: 20, receipt: path('receipt') });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(deleted(results)).toEqual(upTo(40));
    expect(sandbox.users.size).toBe(60);
    const lines = await receipts('receipt');
    const idsOf = (wanted: string) =>
      lines.filter(({ outcome }) => outcome === wanted).map(({ user_id }) => user_id);
    expect(idsOf('intent')).toEqual(upTo(60));
    expect(idsOf('deleted')).toEqual(upTo(40));
  });

  it('that stops within a group has reported what was accepted', async () => {
    // The first half of the group is deleted, then the server does not reply anymore.
    const faults = [
      { do: 'status', status: 413, on: 'delete', first: 1 },
      { do: 'status', on: 'delete', after: 1 },
    ];
    const { sandbox, fill, remove, path, receipts } = await scene(faults);
    await fill(upTo(10));
    const { error, results } = await remove(upTo(10), { receipt: path('receipt') });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(deleted(results)).toEqual(upTo(5));
    expect(sandbox.users.size).toBe(5);
    expect((await receipts('receipt')).filter(({ outcome }) => outcome === 'deleted')).toHaveLength(5);
  });

  it('stops between groups', async () => {
    const { sandbox, fill, remove } = await scene();
    await fill(upTo(100));
    const { soft, stop } = stopSignals();
    const { error, results } = await remove(upTo(100), {
      idsPerRequest: 10,
      stop,
      onResult: () => soft.abort('stop'),
    });
    expect(error).toBe('stop');
    expect(results).toHaveLength(10);
    expect(sandbox.users.size).toBe(90);
  });
});

describe('--backup', () => {
  it('restores the same records when its file is uploaded', async () => {
    const { sandbox, fill, remove, path } = await scene();
    const ids = oddIds.filter((id) => id !== '.' && id !== '..');
    await fill(ids);
    await upload(sandbox, [
      { user_id: 'rich', custom_attributes: { n: 1.5, list: ['a', 'b'], none: null, __proto__x: '' } },
    ]);
    const before = [...sandbox.users.entries()];
    const { error } = await remove([...ids, 'rich', 'nobody'], {
      backup: path('backup.ndjson'),
      idsPerRequest: 7,
    });
    expect(error).toBeUndefined();
    expect(sandbox.users.size).toBe(0);
    expect(await modeOf(path('backup.ndjson'))).toBe(0o600);
    const lines = (await readFile(path('backup.ndjson'), 'utf8')).trimEnd().split('\n');
    await upload(
      sandbox,
      lines.map((line) => JSON.parse(line)),
    );
    expect([...sandbox.users.entries()].sort()).toEqual(before.sort());
  });

  it('deletes no user who cannot be saved', async () => {
    const { sandbox, fill, remove, path } = await scene();
    await fill(['.', '..', 'u1']);
    const { results } = await remove(['.', 'u1', '..'], { backup: path('b'), withInteractions: true });
    expect(results).toMatchObject([
      { id: '.', outcome: 'failed', interactions: false, reason: expect.stringContaining('cannot be saved') },
      { id: 'u1', outcome: 'deleted', interactions: true },
      { id: '..', outcome: 'failed' },
    ]);
    expect(sandbox.users.ids()).toEqual(['.', '..']);
  });

  it('deletes no user who cannot be read or saved', async () => {
    const { sandbox, fill, remove, path } = await scene([{ do: 'status', on: 'read', after: 15 }]);
    await fill(upTo(30));
    const { error } = await remove(upTo(30), { backup: path('b'), idsPerRequest: 10 });
    expect(error).toBeInstanceOf(UnavailableError);
    const saved = (await readFile(path('b'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).user_id);
    expect(saved).toEqual(upTo(10));
    expect(sandbox.users.ids()).toEqual(upTo(30).slice(10));
  });

  it('overwrites no file, and sends nothing in that case', async () => {
    const { sandbox, remove, path } = await scene();
    if (!isWindows) {
      const { error } = await remove(['u1'], { backup: '/dev/null' });
      expect(error).toBeInstanceOf(UsageError);
    }
    await remove(['u1'], { backup: path('b') });
    const calls = sandbox.stats.calls;
    const again = await remove(['u1'], { backup: path('b'), receipt: path('r') });
    expect(again.error).toMatchObject({
      code: 'ERR_USAGE',
      message: `The backup file ${path('b')} already exists.`,
    });
    expect(sandbox.stats.calls).toBe(calls);
  });
});

describe('--receipt', () => {
  it('has an intent and a result for each id, and is appended to', async () => {
    const { sandbox, fill, remove, path, receipts } = await scene([
      { do: 'poison', on: 'delete', ids: ['u1'] },
    ]);
    await fill(upTo(3));
    await remove(upTo(3), { receipt: path('r'), withInteractions: true });
    await remove(['u0'], { receipt: path('r') });
    const line = { time: expect.any(String), server: sandbox.url, existed: null, verified: false };
    const intent = { ...line, task_id: null, outcome: 'intent', interactions: false };
    const task_id = expect.any(String);
    expect(await receipts('r')).toEqual([
      ...upTo(3).map((user_id) => ({ ...intent, user_id })),
      { ...line, user_id: 'u0', task_id, outcome: 'deleted', interactions: true },
      // Its interactions were deleted before Miso refused to delete the user.
      {
        ...line,
        user_id: 'u1',
        task_id: null,
        outcome: 'failed',
        interactions: true,
        reason: expect.any(String),
      },
      { ...line, user_id: 'u2', task_id, outcome: 'deleted', interactions: true },
      { ...intent, user_id: 'u0' },
      { ...line, user_id: 'u0', task_id, outcome: 'deleted', interactions: false },
    ]);
    expect(await modeOf(path('r'))).toBe(0o600);
  });

  it('that cannot be written is reported before anything is sent, or else stops before the users are deleted', async () => {
    const { sandbox, fill, remove, path } = await scene();
    await fill(upTo(20));
    const before = sandbox.stats.calls;
    expect((await remove(upTo(20), { receipt: path('no/r') })).error).toBeInstanceOf(UsageError);
    expect(sandbox.stats.calls).toBe(before);
    if (!isLinux) return;
    const full = await remove(upTo(20), { receipt: '/dev/full', idsPerRequest: 10 });
    expect(full.error).toBeInstanceOf(OutputError);
    expect(full.results).toEqual([]);
    expect(sandbox.users.size).toBe(20);
  });
});

describe('--with-interactions', () => {
  it('deletes them first, so that a stopped run can find the user again', async () => {
    const { sandbox, fill, remove } = await scene([{ do: 'status', on: 'delete' }]);
    await fill(upTo(3));
    const { results, error } = await remove(upTo(3), { withInteractions: true });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(results).toMatchObject(upTo(3).map((id) => ({ id, outcome: 'failed', interactions: true })));
    expect(sandbox.users.size).toBe(3);
  });

  it('deletes a user even if there are no interactions to delete', async () => {
    const { sandbox, fill, remove } = await scene([{ do: 'status', status: 404, on: 'interactions' }]);
    await fill(upTo(3));
    const { results, error } = await remove(upTo(3), { withInteractions: true });
    expect(error).toBeUndefined();
    expect(deleted(results)).toEqual(upTo(3));
    expect(sandbox.users.size).toBe(0);
  });

  it('keeps a user whose interactions cannot be deleted', async () => {
    const { sandbox, fill, remove } = await scene([{ do: 'poison', on: 'interactions', ids: ['u1'] }]);
    await fill(upTo(3));
    const { results } = await remove(upTo(3), { withInteractions: true });
    expect(results[1]).toMatchObject({ id: 'u1', outcome: 'failed', interactions: false });
    expect(sandbox.users.ids()).toEqual(['u1']);
  });
});

describe('--verify', () => {
  it('says who is still there after a minute', async () => {
    const { fill, remove, sandbox } = await scene([
      { do: 'task-errors', on: 'delete', ids: ['u1', '..'], line: 'data.{index} is invalid. No.' },
    ]);
    await fill(['u0', 'u1', '..']);
    const { results } = await remove(['u0', 'u1', '..'], { verify: true });
    expect(results.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
      ['u0', 'deleted', undefined],
      ['u1', 'still-there', 'still there after 60 s'],
      ['..', 'still-there', 'still there after 60 s'],
    ]);
    expect(sandbox.users.size).toBe(2);
  });

  it('verifies ids that cannot be part of a path', async () => {
    let looks = 0;
    const { send, clock } = callerOn(({ path }) => {
      if (path.endsWith('_ids')) return answer(200, { data: { ids: ++looks < 3 ? ['..', 'u2'] : ['u2'] } });
      return path.endsWith('_delete') ? answer(200, { message: 'deleted' }) : answer(404);
    });
    const results: DeleteResult[] = [];
    await deleteUsers(
      {
        ...{ ids: ['..', '.', 'u1'], idsPerRequest: 1000, retries: 0, withInteractions: false, verify: true },
        ...{ backup: undefined, receipt: undefined, resume: false, server: 'http://127.0.0.1' },
      },
      {
        ...{ users: new UsersEndpoints(send), clock, stop: stopSignals().stop },
        requests: { sent: 0, retried: 0, failed: 0 },
        onResult: (result) => results.push(result),
      },
    );
    expect(results).toMatchObject([
      { id: '..', outcome: 'deleted', existed: true, verified: true },
      { id: '.', outcome: 'not-found', existed: false, verified: true },
      { id: 'u1', outcome: 'not-found', existed: false, verified: true },
    ]);
    expect(looks).toBe(3);
  });

  it('that is stopped reports what was accepted, and that it was not verified', async () => {
    const { fill, remove, path, receipts } = await scene([{ do: 'status', on: 'read', after: 2 }]);
    await fill(upTo(2));
    const { results, error } = await remove(upTo(2), { verify: true, receipt: path('r') });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(results).toMatchObject([{ outcome: 'deleted', reason: 'deleted, not verified' }, {}]);
    expect(await receipts('r')).toHaveLength(4);
  });

  it('reads no other user once a read has failed permanently', async () => {
    const { fill, remove } = await scene([
      { do: 'task-errors', on: 'delete', ids: ['u1', 'u2'], line: 'data.{index} is invalid. No.' },
      { do: 'poison', on: 'read', ids: ['u0'] },
    ]);
    await fill(upTo(3));
    const clock = virtualClock();
    const { error } = await remove(upTo(3), { verify: true, clock });
    expect(error).toBeInstanceOf(UnavailableError);
    await new Promise(setImmediate);
    expect(clock.pending).toBe(0);
  });
});
