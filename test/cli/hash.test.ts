import { createHmac } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scene, stored, writeAll } from './run.ts';

const key = 'a key of the tests';
const hmac = (text: string) => createHmac('sha256', key).update(text).digest('hex');
const env = { MISO_HASH_KEY: key };
const hash = ['--hash', 'user_id', '--hash', 'email'];
/** What must be found only in the rejects file. */
const clear = /ann|bob|cy@|zed/i;

const csv =
  'user_id,email,age\nann-1,ann@x.org,34\nbob-2,bob@x.org,\ncy-3,cy@x.org,zed\n,dee@zed.org,7\n"bob"x,1\n';

describe('--hash', () => {
  it.each([
    ['users.csv', csv],
    [
      'users.ndjson',
      [
        '{"user_id":"ann-1","email":"ann@x.org","age":34}',
        '{"user_id":"bob-2","email":"bob@x.org"}',
        '{"user_id":"cy-3","email":"cy@x.org","age":"many"}',
        '{"user_id":"","email":"dee@zed.org","age":7}',
        '{"user_id":"bob-5", zed',
        '',
      ].join('\n'),
    ],
  ])('sends hashes of %s, and writes clear values only to the rejects file', async (name, text) => {
    const { cwd, sandbox, miso } = await scene();
    await writeAll(cwd, { [name]: text });
    const run = await miso(['users', 'upload', name, ...hash, '--verbose', '--report', 'r.xml'], { env });
    expect(run.code).toBe(1);
    expect(stored(sandbox)).toEqual({
      [hmac('ann-1')]: { user_id: hmac('ann-1'), age: 34, custom_attributes: { email: hmac('ann@x.org') } },
      [hmac('bob-2')]: { user_id: hmac('bob-2'), custom_attributes: { email: hmac('bob@x.org') } },
    });
    const rejects = name.replace('.', '.rejected.');
    const written = await Promise.all(
      (await readdir(cwd, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && entry.name !== name && entry.name !== rejects)
        .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
    );
    const quoted = name === 'users.csv' ? ['zed'] : ['many'];
    for (const shown of [run.stdout, run.stderr, ...written])
      expect(quoted.reduce((rest, own) => rest.replaceAll(own, ''), shown)).not.toMatch(clear);

    // The rejects file contains the clear values, and cannot be uploaded by mistake.
    const path = join(cwd, rejects);
    const kept = await readFile(path, 'utf8');
    expect(kept).toContain('cy@x.org');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const calls = sandbox.stats.calls;
    for (const [options, own] of [
      [[], env],
      [['--hash', 'email'], env],
      [hash, { MISO_HASH_KEY: 'another key' }],
    ] as const) {
      const again = await miso(['users', 'upload', rejects, ...options, '--no-rejects'], { env: own });
      expect(again.code).not.toBe(0);
      expect(again.stdout + again.stderr).toContain('comes from the rejects file of an upload with --hash');
    }
    expect(sandbox.stats.calls).toBe(calls);
    expect(Object.keys(stored(sandbox))).toHaveLength(2);
    await writeFile(path, kept.replace(/,zed/, ',41').replace('"many"', '41'));
    await miso(['users', 'upload', rejects, ...hash, '--no-rejects'], { env });
    expect(stored(sandbox)[hmac('cy-3')]).toMatchObject({ age: 41 });
  });

  it('finds users by their original id in read, delete and check', async () => {
    const { cwd, sandbox, miso } = await scene();
    await writeAll(cwd, {
      'users.csv': 'Id,email\nu1,ann@x.org\nu2,bob@x.org\n',
      'ids.csv': 'Id\nu2\n',
      'hash.key': `${key}\n`,
    });
    const file = ['--hash-key-file', 'hash.key', '--id', 'Id'];
    expect(
      (await miso(['users', 'upload', '-q', 'users.csv', '--hash', 'Id', '--hash', 'email', ...file])).code,
    ).toBe(0);
    const check = await miso(['users', 'check', 'users.csv', '--hash', 'Id', '--hash', 'email', ...file]);
    expect([check.code, check.stdout]).toEqual([0, '']);
    const read = await miso(['users', 'read', 'u1', 'nobody', '--hash', 'user_id'], { env });
    expect(JSON.parse(read.stdout)).toMatchObject({ user_id: hmac('u1') });
    expect(read.stderr).toContain(hmac('nobody'));
    expect(read.stderr).not.toContain('nobody');
    const deleted = await miso([
      'users',
      'delete',
      '--from',
      'ids.csv',
      '--hash',
      'Id',
      '--yes',
      '--receipt',
      'r.ndjson',
      ...file,
    ]);
    expect(deleted.code).toBe(0);
    expect(Object.keys(stored(sandbox))).toEqual([hmac('u1')]);
    expect(await readFile(join(cwd, 'r.ndjson'), 'utf8')).not.toMatch(/"u2"/);
    const wrong = await miso(['users', 'read', 'u1', '--hash', 'email'], { env });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('the ids are in "user_id"')]);
  });

  it('requires a key, which is never printed and cannot be set by an untrusted folder', async () => {
    const { cwd, sandbox, miso } = await scene();
    await writeAll(cwd, { 'users.csv': csv, '.mirorc': 'hashKeyFile: /etc/hostname\n' });
    const foreign = await miso(['users', 'upload', 'users.csv', ...hash]);
    expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringContaining('outside its folder')]);
    await writeFile(join(cwd, '.mirorc'), '');
    for (const args of [
      ['users', 'upload', 'users.csv'],
      ['users', 'validate', 'users.csv'],
      ['users', 'read', 'u1'],
    ]) {
      const { code, stderr } = await miso([...args, '--hash', 'user_id']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--hash requires a key')]);
    }
    await writeFile(join(cwd, 'more.json'), '[{"user_id":"u1","email":"a@x.org"}]');
    const both = ['users.csv', 'more.json', '--rejects', 'all.ndjson', ...hash];
    const mixed = await miso(['users', 'upload', ...both], { env });
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('cannot share a file')]);
    expect(sandbox.stats.calls).toBe(0);
    const config = await miso(['config', '--json'], { env });
    expect(config.stdout + config.stderr).not.toContain(key);
  });

  it('is suggested by upload and validate for personal data', async () => {
    const { cwd, miso } = await scene();
    await writeAll(cwd, { 'users.csv': 'user_id,email\nu1,ann@x.org\n' });
    const run = (command: string, ...more: string[]) =>
      miso(['users', command, 'users.csv', ...more], { env });
    for (const command of ['validate', 'upload']) {
      const { code, stderr } = await run(command);
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/email \(e-mail addresses\).*--hash <column>/s),
      ]);
    }
    for (const more of [['--no-pii-check'], ['--hash', 'email']])
      expect((await run('validate', ...more)).stderr).not.toContain('personal data');
  });

  it('sends nothing while no JSON record has the key, because it may be misspelled', async () => {
    const { cwd, sandbox, miso } = await scene();
    const lines = Array.from({ length: 500 }, (_, n) => `{"user_id":"${n}","Email":"ann${n}@x.org"}\n`);
    await writeFile(join(cwd, 'users.ndjson'), lines.join(''));
    const { code, stderr } = await miso(['users', 'upload', 'users.ndjson', '--hash', 'email'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('No record has the key "email" (--hash). Nothing was sent.');
    expect(stderr).toContain('Did you mean "Email"?');
    expect(sandbox.stats.calls).toBe(0);
  });

  it('works with sync and update', async () => {
    const { cwd, env: own, sandbox, miso } = await scene();
    await writeAll(cwd, {
      'users.csv': 'user_id,email,plan\nann-1,ann@x.org,pro\nbob-2,bob@x.org,free\n',
      'plan.csv': 'user_id,email,plan\nbob-2,bob@new.org,pro\n',
    });
    const sync = () => miso(['users', 'sync', 'users.csv', '--name', 'crm', '--json', ...hash], { env });
    expect(JSON.parse((await sync()).stdout).sync).toMatchObject({ new: 2 });
    expect(JSON.parse((await sync()).stdout).sync).toMatchObject({ unchanged: 2 });
    const rotated = await miso(['users', 'sync', 'users.csv', '--name', 'crm', ...hash], {
      env: { MISO_HASH_KEY: 'another key' },
    });
    expect([rotated.code, rotated.stderr]).toEqual([2, expect.stringContaining('key of --hash')]);
    const updated = await miso(['users', 'update', 'plan.csv', '--json', ...hash], { env });
    expect(updated.code).toBe(0);
    expect(stored(sandbox)[hmac('bob-2')]).toEqual({
      user_id: hmac('bob-2'),
      custom_attributes: { email: hmac('bob@new.org'), plan: 'pro' },
    });
    expect(Object.keys(stored(sandbox))).toHaveLength(2);
    const folders = [cwd, own.XDG_STATE_HOME];
    for (const folder of folders) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || entry.name.endsWith('.csv')) continue;
        expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toMatch(clear);
      }
    }
  });
});
