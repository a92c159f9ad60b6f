import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import type { SandboxOptions } from '../../src/sandbox/http/server.ts';
import { type RunOptions, scene } from './run.ts';
import { onTerminal } from './terminal.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, index) => `u${index + 1}`);
const usersCsv = (ids: readonly string[]) => `user_id,city\n${ids.map((id) => `${id},Rome\n`).join('')}`;

/** A set of users that was synced: their number, and a way to sync others. */
async function syncedScene(count: number, options: SandboxOptions = {}) {
  const own = await scene(options);
  const { sandbox, cwd, miso } = own;
  const write = (ids: readonly string[], name = 'users.csv') => writeFile(join(cwd, name), usersCsv(ids));
  const args = ['users', 'sync', 'users.csv', '--name', 'crm'];
  await write(upTo(count));
  expect((await miso([...args, '--quiet'])).code).toBe(0);
  return {
    ...own,
    ...{ args, write },
    /** Syncs with --json. */
    sync: async (more: readonly string[] = [], run: RunOptions = {}) => {
      const from = sandbox.requests.length;
      const { code, stdout, stderr } = await miso([...args, '--json', ...more], run);
      const calls = sandbox.requests.slice(from);
      return {
        ...{ code, stderr, calls },
        summary: stdout === '' ? undefined : JSON.parse(stdout),
        uploaded: calls.filter(({ method, path }) => method === 'POST' && path === '/v1/users'),
        deleted: calls.filter(({ path }) => path === '/v1/users/_delete').flatMap(({ ids }) => ids),
      };
    },
    /** As another program does, which notes nothing on this machine. */
    post: async (path: string, data: unknown) => {
      const headers = { 'X-API-KEY': sandbox.key, 'content-type': 'application/json' };
      await fetch(`${sandbox.url}${path}`, { method: 'POST', headers, body: JSON.stringify({ data }) });
    },
  };
}

const deletes = ['--delete', '--yes', '--max-deletes', '100%'];

describe('deletes of users sync', () => {
  it('do not begin if the receipt has the name of a certificate, which only users delete writes', async () => {
    const { sync, write } = await syncedScene(2);
    await write(upTo(1));
    const { code, calls, summary } = await sync([...deletes, '--receipt', 'gone.md']);
    expect([code, calls]).toEqual([2, []]);
    expect(summary.error.message).toBe('--receipt gone.md: a receipt is NDJSON; name it .ndjson.');
  });

  it('are confirmed on a terminal with the count, the first ids, the server and the profile', async () => {
    const { sandbox, cwd, env, args, write } = await syncedScene(20);
    await write(upTo(13));
    await writeFile(join(cwd, '.mirorc'), 'profiles: { staging: {} }\n', { mode: 0o600 });
    const ask = async (answer: string) => {
      const from = sandbox.requests.length;
      const flags = ['--delete', '--max-deletes', '100%', '--profile', 'staging', '--with-interactions'];
      const terminal = onTerminal([...args, ...flags], { cwd, env, columns: 200 });
      await terminal.until(
        'Delete 7 users who are gone (u14, u15, u16, u17, u18 and 2 more) and their interactions',
      );
      await terminal.until(`from ${sandbox.url} (profile staging)? [y/N]`);
      terminal.type(answer);
      const { code } = await terminal.exit;
      const paths = sandbox.requests.slice(from).map(({ path }) => path);
      return { code, text: terminal.screen.text, isDeleted: paths.includes('/v1/users/_delete') };
    };
    expect(await ask('n\r')).toMatchObject({
      ...{ code: 0, isDeleted: false },
      text: expect.stringContaining('Canceled. No user was deleted.'),
    });
    expect(await ask('\u0003')).toMatchObject({ code: 130, isDeleted: false });
    expect(await ask('y\r')).toMatchObject({ code: 0, isDeleted: true });
    expect(sandbox.users.ids().sort()).toEqual(upTo(13).sort());
  });

  it('wait until users have been gone for --delete-after', async () => {
    const { write, sync } = await syncedScene(20);
    await write(upTo(19));
    expect(await sync([...deletes, '--delete-after', '1s'])).toMatchObject({
      ...{ code: 0, deleted: [] },
      summary: { sync: { gone: 1, deleted: 0 }, goneIds: [] },
    });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await sync([...deletes, '--delete-after', '1h'])).deleted).toEqual([]);
    // A user who comes back and is removed again has not been gone for that long.
    await write(upTo(20));
    expect((await sync()).code).toBe(0);
    await write(upTo(18));
    expect((await sync([...deletes, '--delete-after', '1s'])).deleted).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await sync([...deletes, '--delete-after', '1s'])).deleted.sort()).toEqual(['u19', 'u20']);
  });

  it('that were stopped are repeated with their age in each summary until they are resolved', async () => {
    const { miso, args, write, sync } = await syncedScene(20);
    await write(upTo(17));
    const blocked = await sync(['--delete', '--yes']);
    expect(blocked).toMatchObject({ code: 1, deleted: [], summary: { blockedDeletes: { count: 3 } } });
    const { since } = blocked.summary.blockedDeletes;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const later = await sync();
    expect(later).toMatchObject({ code: 0, summary: { blockedDeletes: { count: 3, since } } });
    expect((await sync(['--delete', '--yes'])).summary.blockedDeletes.since).toBe(since);
    const { stdout } = await miso(args);
    expect(stdout).toMatch(/3 users not deleted \(blocked for [\d.]+ s\): 3 of 20 users are gone/);
    const status = await miso(['users', 'sync', 'status']);
    expect(status.stdout).toMatch(/3 users not deleted for [\d.]+ s: 3 of 20 users are gone/);
    const resolved = await sync(['--delete', '--yes', '--max-deletes', '3']);
    expect(resolved.code).toBe(0);
    expect(resolved.deleted).toHaveLength(3);
    expect(resolved.summary.blockedDeletes).toBeUndefined();
    expect((await sync()).summary.blockedDeletes).toBeUndefined();
  });

  it('can include interactions, and be verified, with a receipt', async () => {
    const { cwd, write, sync } = await syncedScene(20);
    await write(upTo(18));
    const flags = ['--verify', '--with-interactions', '--receipt', 'receipt.ndjson'];
    const { code, calls, deleted } = await sync([...deletes, ...flags]);
    expect([code, deleted]).toEqual([0, ['u19', 'u20']]);
    const called = calls.map(({ method, path }) => `${method} ${path}`);
    expect(calls.find(({ path }) => path === '/v1/interactions')?.ids).toEqual(['u19', 'u20']);
    const afterDelete = called.slice(called.indexOf('POST /v1/users/_delete'));
    expect(afterDelete).toContain('GET /v1/users/u19');
    const lines = (await readFile(join(cwd, 'receipt.ndjson'), 'utf8')).trim().split('\n');
    const last = new Map(lines.map((line) => [JSON.parse(line).user_id, JSON.parse(line)]));
    for (const id of deleted)
      expect(last.get(id)).toMatchObject({ outcome: 'deleted', verified: true, interactions: true });
  });

  it('begin after the tasks of all uploads have finished', async () => {
    const { write, sync } = await syncedScene(20, { taskDelay: 300 });
    await write([...upTo(18), 'new']);
    const { code, calls, deleted } = await sync(deletes);
    expect([code, deleted]).toEqual([0, ['u19', 'u20']]);
    const finished = calls.findIndex(({ path, status }) => path.includes('/_status/') && status === 200);
    expect(finished).toBeGreaterThan(0);
    expect(finished).toBeLessThan(calls.findIndex(({ path }) => path === '/v1/users/_delete'));
  });
});

describe('users sync deletes no user', () => {
  it('that another program has changed since', async () => {
    const { sandbox, write, sync, post } = await syncedScene(20);
    await post('/v1/users', [{ user_id: 'u20', city: 'Oslo' }]);
    await write(upTo(18));
    const { code, deleted, summary } = await sync(deletes);
    expect([code, deleted]).toEqual([0, ['u19']]);
    expect(summary.sync).toMatchObject({ gone: 2, deleted: 1, changedElsewhere: 1 });
    expect(sandbox.users.get('u20')).toMatchObject({ city: 'Oslo' });
  });

  it('of a set without a name', async () => {
    const { cwd, miso, sandbox, write } = await syncedScene(20);
    await write(upTo(19), 'export-2026-11-27.csv');
    const from = sandbox.requests.length;
    const { code, stderr } = await miso(['users', 'sync', 'export-2026-11-27.csv', ...deletes], { cwd });
    expect([code, sandbox.requests.length]).toEqual([2, from]);
    expect(stderr).toContain('--delete requires --name or --state');
  });

  it('that is not in its state', async () => {
    const { write, sync, post } = await syncedScene(20);
    await post('/v1/users', [{ user_id: 'foreign', city: 'Rome' }]);
    await write(upTo(19));
    const { deleted, summary } = await sync(deletes);
    expect(deleted).toEqual(['u20']);
    expect(summary).toMatchObject({ sync: { gone: 1, foreign: 1, changedElsewhere: 0 }, goneIds: ['u20'] });
  });

  it('whose record is rejected', async () => {
    const { cwd, sync } = await syncedScene(20);
    const bad = `${usersCsv(upTo(18)).replace('city', 'age').replaceAll('Rome', '7')}u19,old\n`;
    await writeFile(join(cwd, 'users.csv'), bad);
    const { code, deleted } = await sync([...deletes, '--full', '--max-changes', '100%']);
    expect([code, deleted]).toEqual([1, ['u20']]);
  });

  it('while records could not be sent', async () => {
    const faults = parseFaultPlan({ faults: [{ on: 'upload', do: 'status', status: 503, after: 1 }] });
    const { write, sync } = await syncedScene(20, { faults });
    await write([...upTo(19), 'new']);
    expect(await sync([...deletes, '--retries', '0'])).toMatchObject({ code: 4, deleted: [] });
  });

  it('while a file of the last sync is missing, unless --full accepts it', async () => {
    const { miso, write, sandbox } = await syncedScene(20);
    await write(['a1', 'a2'], 'a.csv');
    await write(['b1', 'b2'], 'b.csv');
    const args = ['users', 'sync', '--name', 'two'];
    expect((await miso([...args, 'a.csv', 'b.csv'])).code).toBe(0);
    const from = sandbox.requests.length;
    const { code, stderr } = await miso([...args, 'a.csv', ...deletes]);
    expect(code).toBe(1);
    expect(stderr).toContain('the input has 1 file, and the last sync had 2');
    expect(sandbox.requests.slice(from).map(({ path }) => path)).not.toContain('/v1/users/_delete');
    expect((await miso([...args, 'a.csv', ...deletes, '--full'])).code).toBe(0);
    expect(sandbox.users.has('b1')).toBe(false);
  });

  it('while the last state of the set is missing or was replaced by an earlier one', async () => {
    const { cwd, miso, write, sandbox } = await syncedScene(1);
    const args = ['users', 'sync', 'users.csv', '--state', 'crm.state', '--quiet'];
    await write(upTo(20));
    await miso(args);
    const state = join(cwd, 'crm.state');
    const earlier = await readFile(state);
    await write([...upTo(20), 'u21']);
    await miso(args);
    await write(upTo(19));
    const deleting = async () => {
      const from = sandbox.requests.length;
      const { code, stderr } = await miso([...args, ...deletes]);
      const paths = sandbox.requests.slice(from).map(({ path }) => path);
      return { code, stderr, isDeleted: paths.includes('/v1/users/_delete') };
    };
    await writeFile(state, earlier);
    expect(await deleting()).toMatchObject({
      ...{ code: 1, isDeleted: false },
      stderr: expect.stringContaining('is older than the last sync of this set'),
    });
    await rm(state);
    expect(await deleting()).toMatchObject({
      ...{ code: 1, isDeleted: false },
      stderr: expect.stringContaining('is missing, although this set was synced before'),
    });
  });
});

describe('a sync that was killed during its deletes', () => {
  it('is continued, although most of its users are no longer at Miso', async () => {
    const faults = parseFaultPlan({ faults: [{ on: 'delete', do: 'stall-after', times: 1 }] });
    const { sandbox, write, sync } = await syncedScene(20, { faults });
    await write(upTo(5));
    const killed = await sync(deletes, {
      started: (child) => {
        const timer = setInterval(() => {
          if (sandbox.users.size === 5) child.kill('SIGKILL');
        }, 10);
        child.on('exit', () => clearInterval(timer));
      },
    });
    expect(killed.code).toBe(null);
    expect(sandbox.users.size).toBe(5);
    const { code, summary, deleted, uploaded } = await sync(deletes);
    expect({ code, deleted, uploaded }).toEqual({ code: 0, deleted: [], uploaded: [] });
    expect(summary.sync).toMatchObject({ unchanged: 5, gone: 0 });
  });
});
