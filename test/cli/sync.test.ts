import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/http/server.ts';
import { freshFolder, type RunOptions, run, scene, stored, writeAll } from './run.ts';

/** A table of users; `cells`: of all or some of them. */
function usersCsv(ids: readonly string[], city: (id: string) => string = () => 'Rome'): string {
  return ['user_id,name,city', ...ids.map((id) => `${id},n ${id},${city(id)}`), ''].join('\n');
}

const upTo = (n: number) => Array.from({ length: n }, (_, index) => `u${index + 1}`);
const calls = (sandbox: Sandbox, from = 0) => {
  const requests = sandbox.requests.slice(from);
  const count = (method: string, path: string) =>
    requests.filter((request) => request.method === method && request.path === path).length;
  return { uploads: count('POST', '/v1/users'), deletes: count('POST', '/v1/users/_delete') };
};

describe('users sync', () => {
  it('sends new and changed users, counts users who are gone, and deletes them only with --delete', async () => {
    const { sandbox, cwd, miso } = await scene({ taskDelay: 20 });
    const sync = async (content: string, ...args: string[]) => {
      await writeFile(join(cwd, 'users.csv'), content);
      const from = sandbox.requests.length;
      const { code, stdout } = await miso(['users', 'sync', 'users.csv', '--name', 'crm', '--json', ...args]);
      const { records, sync: counts } = JSON.parse(stdout);
      return { code, records, counts, ...calls(sandbox, from) };
    };
    await miso(['users', 'upload', '-', '--format', 'csv'], { stdin: usersCsv(['u1', 'other']) });

    const first = await sync(usersCsv(upTo(20)));
    expect(first).toMatchObject({ code: 0, records: { read: 20, uploaded: 20 }, uploads: 1 });
    expect(first.counts).toMatchObject({ new: 19, unknown: 1, foreign: 1, gone: 0, unchanged: 0 });
    const again = await sync(usersCsv(upTo(20)));
    expect(again).toMatchObject({ code: 0, records: { uploaded: 0, skipped: 20 }, uploads: 0 });

    // u20 is gone, u2 changed, u3 was lost at Miso, u21 is new, u4 has two records.
    await miso(['users', 'delete', 'u3', '--yes']);
    const next = usersCsv([...upTo(19), 'u21', 'u4'], (id) => (id === 'u2' ? 'Oslo' : 'Rome'));
    const third = await sync(next);
    expect(third).toMatchObject({ code: 0, records: { uploaded: 3, skipped: 18 }, deletes: 0 });
    expect(third.counts).toMatchObject({ new: 2, changed: 1, unchanged: 17, gone: 1, deleted: 0 });
    expect(sandbox.users.has('u20')).toBe(true);

    const args = ['--delete', '--yes', '--backup', 'gone.ndjson', '--receipt', 'receipt.ndjson'];
    const fourth = await sync(next, ...args);
    expect(fourth).toMatchObject({ code: 0, uploads: 0, deletes: 1, counts: { gone: 1, deleted: 1 } });
    expect(await readFile(join(cwd, 'gone.ndjson'), 'utf8')).toBe(
      '{"user_id":"u20","name":"n u20","city":"Rome"}\n',
    );
    const receipt = (await readFile(join(cwd, 'receipt.ndjson'), 'utf8')).trim().split('\n');
    expect(receipt.map((line) => JSON.parse(line).outcome)).toEqual(['intent', 'deleted']);
    expect(Object.keys(stored(sandbox)).sort()).toEqual([...upTo(19), 'u21', 'other'].sort());
  });

  it('sends users again that another command changed, and keeps users who are gone but were changed elsewhere', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(20)), 'fewer.csv': usersCsv(upTo(18)) });
    const sync = async (file: string, ...args: string[]) => {
      const result = await miso(['users', 'sync', file, '--name', 'crm', '--json', ...args]);
      return { code: result.code, ...JSON.parse(result.stdout) };
    };
    await sync('users.csv');
    await miso(['users', 'upload', '-', '--format', 'csv'], {
      stdin: usersCsv(['u1', 'u19'], () => 'Oslo'),
    });
    const second = await sync('fewer.csv', '--delete', '--yes');
    expect(second).toMatchObject({
      code: 0,
      records: { uploaded: 1, skipped: 17 },
      sync: { unknown: 1, gone: 2, deleted: 1, changedElsewhere: 1 },
    });
    expect(sandbox.users.get('u1')).toMatchObject({ city: 'Rome' });
    expect(sandbox.users.get('u19')).toMatchObject({ city: 'Oslo' });
    expect(sandbox.users.has('u20')).toBe(false);
    // Nothing is left of the notes of the upload.
    const files = await readdir(join(cwd, '.state', 'miso', 'syncs'));
    expect(files.filter((name) => /touched|lock/.test(name))).toEqual([]);
  });

  it('deletes no user that is now in another set', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, {
      'a1.csv': usersCsv(upTo(20)),
      'a2.csv': usersCsv(upTo(19)),
      'b.csv': usersCsv(['u20', 'b1']),
    });
    await miso(['users', 'sync', 'a1.csv', '--name', 'a']);
    await miso(['users', 'sync', 'b.csv', '--name', 'b']);
    const { code, stdout } = await miso([
      'users',
      'sync',
      'a2.csv',
      '--name',
      'a',
      '--delete',
      '--yes',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).sync).toMatchObject({ gone: 0, deleted: 0, changedElsewhere: 0 });
    expect(sandbox.users.has('u20')).toBe(true);
    const all = await miso(['users', 'sync', 'b.csv', '--name', 'b', '--json']);
    expect(JSON.parse(all.stdout)).toMatchObject({ records: { uploaded: 0 }, sync: { unchanged: 2 } });
  });
});

describe('a guard of users sync', () => {
  let sandbox: Sandbox;
  let state: Buffer;
  const ids = upTo(20);

  beforeAll(async () => {
    sandbox = await startSandbox({});
    const cwd = await mkdtemp(join(tmpdir(), 'miso-sync-'));
    await writeAll(cwd, { 'users.csv': usersCsv(ids) });
    const { code } = await runIn(cwd, ['users.csv']);
    expect(code).toBe(0);
    state = await readFile(join(cwd, 's.state'));
    await rm(cwd, { recursive: true });
    return () => sandbox.close();
  });

  function runIn(cwd: string, args: readonly string[], options: RunOptions = {}) {
    const env = { MISO_SERVER: sandbox.url, MISO_API_KEY: sandbox.key, XDG_STATE_HOME: join(cwd, '.state') };
    return run(['users', 'sync', ...args, '--state', 's.state'], {
      cwd,
      env: { ...env, ...options.env },
      ...options,
    });
  }

  interface Guard {
    readonly content?: string;
    readonly args?: readonly string[];
    readonly stdin?: string;
    readonly damage?: (state: Buffer) => Buffer;
    readonly key?: string;
    readonly code: number;
    readonly says: string;
    /** Whether records may be uploaded although no user is deleted. */
    readonly uploads?: true;
  }

  const fewer = usersCsv(upTo(19));
  const guards: [string, Guard][] = [
    ['too many users gone', { content: usersCsv(upTo(17)), code: 1, says: '--max-deletes 3' }],
    [
      'too many users changed',
      { content: usersCsv(upTo(19), () => 'Oslo'), code: 1, says: '--max-changes 19' },
    ],
    ['no --yes', { args: ['--no-yes'], code: 2, says: 'requires --yes' }],
    ['a record without its id', { content: `${fewer},cut off\n`, code: 1, says: 'could not be read' }],
    [
      'a missing column',
      {
        content: fewer.replaceAll(/,[^,\n]*$/gm, ''),
        args: ['--max-changes', '100%'],
        code: 1,
        says: 'the column city',
        uploads: true,
      },
    ],
    ['no records', { content: 'user_id,name,city\n', code: 1, says: 'contains no records' }],
    ['too few records', { args: ['--min-records', '20'], code: 1, says: 'fewer than --min-records' }],
    ['standard input without --min-records', { args: ['-'], stdin: fewer, code: 2, says: '--min-records' }],
    ['an input that is cut', { content: `${fewer}u20,"n u20,Rome`, code: 5, says: 'quote' }],
    ['--no-remote', { args: ['--no-remote'], code: 2, says: '--no-remote' }],
    ['other settings', { args: ['--set', 'country=it'], code: 2, says: 'settings differ' }],
    ['a damaged state', { damage: (bytes) => bytes.subarray(1), code: 1, says: 'damaged', uploads: true }],
    ['an old state', { args: ['--max-state-age', '0s'], code: 1, says: 's old', uploads: true }],
    ['another key', { key: 'other', code: 1, says: 'another key', uploads: true }],
  ];

  it.each(guards)('stops deletes: %s', async (_, guard) => {
    const { content = fewer, args = [], stdin, damage, key, code, says, uploads } = guard;
    const cwd = await freshFolder();
    await writeAll(cwd, { 'users.csv': content });
    await writeFile(join(cwd, 's.state'), damage?.(state) ?? state);
    const from = sandbox.requests.length;
    const input = args.includes('-') ? [] : ['users.csv'];
    const yes = args.includes('--no-yes') ? [] : ['--yes'];
    const result = await runIn(cwd, [...input, '--delete', ...yes, ...args], {
      ...(stdin === undefined ? {} : { stdin }),
      ...(key === undefined ? {} : { env: { MISO_SERVER: sandbox.url, MISO_API_KEY: key } }),
    });
    expect(`${result.stderr}${result.stdout}`).toContain(says);
    expect(result.code).toBe(code);
    const sent = calls(sandbox, from);
    expect(sent.deletes).toBe(0);
    if (!uploads) expect(sent.uploads).toBe(0);
  });

  it('stops the sync if most users of the state are not at Miso, unless --full is given', async () => {
    const { sandbox: own, cwd, miso } = await scene();
    await writeAll(cwd, { 'users.csv': usersCsv(ids) });
    await miso(['users', 'sync', 'users.csv']);
    const body = JSON.stringify({ data: { user_ids: ids.slice(5) } });
    const headers = { 'X-API-KEY': own.key, 'content-type': 'application/json' };
    await fetch(`${own.url}/v1/users/_delete`, { method: 'POST', headers, body });
    const from = own.requests.length;
    const { code, stderr } = await miso(['users', 'sync', 'users.csv']);
    expect(stderr).toContain('15 of 20 users that earlier syncs stored are not at');
    expect(code).toBe(1);
    expect(calls(own, from).uploads).toBe(0);
    expect((await miso(['users', 'sync', 'users.csv', '--full'])).code).toBe(0);
    expect(own.users.size).toBe(20);
  });
});

describe('a plan of users sync', () => {
  it('is carried out exactly, unless anything has changed', async () => {
    const { sandbox, cwd, env, miso } = await scene();
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(20)) });
    await miso(['users', 'sync', 'users.csv', '--name', 'crm']);
    const next = usersCsv([...upTo(19), 'u21'], (id) => (id === 'u2' ? 'Oslo' : 'Rome'));
    await writeAll(cwd, { 'users.csv': next });
    const from = sandbox.requests.length;
    const planned = await miso([
      'users',
      'sync',
      'users.csv',
      '--name',
      'crm',
      '--delete',
      '--plan',
      'plan.ndjson',
    ]);
    expect(planned.code).toBe(0);
    expect(planned.stderr).toContain('miso users apply');
    const path = join(cwd, 'plan.ndjson');
    const [header, ...actions] = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header.counts).toEqual({ new: 1, changed: 1, unchanged: 18, unknown: 0, gone: 1, foreign: 0 });
    expect(actions.map(({ action, user_id }) => `${action} ${user_id}`).sort()).toEqual([
      'changed u2',
      'delete u20',
      'new u21',
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(calls(sandbox, from)).toEqual({ uploads: 0, deletes: 0 });

    const apply = (args: readonly string[] = ['--yes'], options: RunOptions = {}) =>
      miso(['users', 'apply', 'plan.ndjson', ...args], options);
    const refusals = [
      await apply([]),
      await apply(['--yes', '--set', 'country=it']),
      await apply(['--yes'], { env: { ...env, MISO_API_KEY: 'other' } }),
    ];
    await writeAll(cwd, { 'users.csv': `${next}u22,x,y\n` });
    refusals.push(await apply());
    await writeAll(cwd, { 'users.csv': next });
    expect(refusals.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(calls(sandbox, from)).toEqual({ uploads: 0, deletes: 0 });

    const applied = await apply(['--yes', '--json']);
    expect(JSON.parse(applied.stdout)).toMatchObject({
      command: 'users apply',
      records: { uploaded: 2, skipped: 18 },
      sync: { new: 1, changed: 1, gone: 1, deleted: 1 },
      exitCode: 0,
    });
    expect(sandbox.users.ids().sort()).toEqual([...upTo(19), 'u21'].sort());
    const again = await apply();
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('since this plan was made') });
  });
});

describe('users sync for an existing data set', () => {
  it('adopts users, keeps its state after a new key, and lists its sets', async () => {
    const { sandbox, cwd, env, miso } = await scene();
    await writeAll(cwd, { 'old.csv': usersCsv(upTo(20)), 'users.csv': usersCsv([...upTo(19), 'u21']) });
    await miso(['users', 'upload', 'old.csv']);
    const from = sandbox.requests.length;
    const adopted = await miso(['users', 'sync', 'users.csv', '--name', 'crm', '--adopt', '--json']);
    expect(JSON.parse(adopted.stdout)).toMatchObject({
      adopted: { adopted: 19, different: 0, missing: 1, unread: 0 },
      records: { uploaded: 0, skipped: 20 },
    });
    expect(calls(sandbox, from)).toEqual({ uploads: 0, deletes: 0 });
    // Changed by another command before the key was replaced, so the state no longer describes this user.
    await writeAll(cwd, { 'one.csv': 'user_id,city\nu3,Elsewhere\n' });
    await miso(['users', 'upload', 'one.csv']);
    const next = { env: { ...env, MISO_API_KEY: 'rotated' } };
    const synced = await miso(
      ['users', 'sync', 'users.csv', '--name', 'crm', '--adopt-state', '--json'],
      next,
    );
    expect(JSON.parse(synced.stdout)).toMatchObject({ records: { uploaded: 2, skipped: 18 } });
    const { stdout } = await miso(['users', 'sync', 'status', '--json']);
    expect(JSON.parse(stdout).sets).toMatchObject([{ set: 'crm', users: 20, openTasks: 0 }]);
  });
});
