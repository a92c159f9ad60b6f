import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { exampleShell } from '../docs/shell.ts';
import { upload } from '../sandbox/start.ts';
import { run, scene, stored } from './run.ts';

const ada = { user_id: 'u1', name: 'Ada', city: 'Rome', custom_attributes: { plan: 'pro', score: 7 } };
const bob = { user_id: 'u2', name: 'Bob' };

function ndjson(...records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function parsed(stdout: string): unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('users merge', () => {
  it('prints whole records in the order of the input, and changes nothing at Miso', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, [ada, bob]);
    const before = sandbox.requests.length;
    const patches = [
      { user_id: 'u2', city: 'Oslo' },
      { user_id: 'u1', city: null, custom_attributes: { plan: 'free' } },
      { user_id: 'new', city: 'Bonn', custom_attributes: { tags: ['a'] } },
      { user_id: 'u2', name: 'Robert' },
    ];
    const { code, stdout, stderr } = await miso(['users', 'merge'], { stdin: ndjson(...patches) });
    expect(code).toBe(0);
    expect(parsed(stdout)).toEqual([
      { ...bob, city: 'Oslo' },
      { user_id: 'u1', name: 'Ada', custom_attributes: { plan: 'free', score: 7 } },
      patches[2],
      { ...bob, city: 'Oslo', name: 'Robert' },
    ]);
    expect(stderr).toContain('1 of these users does not exist');
    expect(stderr).toContain('4 of 4 records merged');
    const calls = sandbox.requests.slice(before);
    expect(calls.map(({ method, ids }) => [method, ...ids]).sort()).toEqual(
      ['new', 'u1', 'u2'].map((id) => ['GET', id]),
    );

    const upload2 = await miso(['users', 'upload', '--quiet'], { stdin: stdout });
    expect(upload2.code).toBe(0);
    expect(stored(sandbox)['u2']).toEqual({ ...bob, city: 'Oslo', name: 'Robert' });
  });

  it('prints nothing for a user that cannot be read, and moves keys that upload would refuse', async () => {
    const faults = parseFaultPlan({
      faults: [
        { on: 'read', do: 'poison', ids: ['u1'] },
        {
          ...{ on: 'read', do: 'status', status: 200, ids: ['u2'] },
          body: '{"message":"success","data":{"user_id":"u2","born":1980,"custom_attributes":{"big":12345678901234567890,"deep":{"a":{"b":1}}}}}',
        },
      ],
    });
    const { cwd, miso } = await scene({ faults });
    await writeFile(join(cwd, 'city.csv'), 'user_id,city\nu2,Oslo\nu1,Oslo\nu3,Oslo\n');
    const args = ['users', 'merge', 'city.csv', '--retries', '0', '--report', 'r.json'];
    const { code, stdout, stderr } = await miso(args);
    expect(code).toBe(1);
    expect(stdout).toBe(
      '{"user_id":"u2","city":"Oslo","_miso":{"born":1980,"custom_attributes":{"deep":{"a":{"b":1}}}},"custom_attributes":{"big":12345678901234567890}}\n' +
        '{"user_id":"u3","city":"Oslo"}\n',
    );
    expect(stderr).toContain('the user could not be read, so it was not changed');
    expect(stderr).toContain('Upload would refuse born (1 record) and custom_attributes.deep (1 record)');
    expect(stderr).toContain('Uploading these records erases them at Miso.');
    expect(JSON.parse(await readFile(join(cwd, 'r.json'), 'utf8'))).toMatchObject({
      command: 'users merge',
      records: { read: 3, uploaded: 2, rejected: 1 },
      exitCode: 1,
    });
  });

  it('reads users from a file with --base; with --no-fetch it needs no key and no network', async () => {
    const { sandbox, cwd, miso } = await scene();
    await upload(sandbox, [bob]);
    const old = '{"user_id":"u1","custom_attributes":{"big":12345678901234567890},"_miso":{"born":1980}}\n';
    await writeFile(join(cwd, 'base.ndjson.gz'), gzipSync(old));
    await writeFile(join(cwd, 'base.csv'), 'user_id,name,custom_attributes.plan\nu1,Old,pro\n');
    const stdin = ndjson({ user_id: 'u1', city: 'Oslo' }, { user_id: 'u2', city: 'Oslo' });
    const merged =
      '{"user_id":"u1","city":"Oslo","_miso":{"born":1980},"custom_attributes":{"big":12345678901234567890}}';
    const fetched = await miso(['users', 'merge', '-b', 'base.ndjson.gz'], { stdin });
    expect(fetched).toMatchObject({
      code: 0,
      stdout: `${merged}\n{"user_id":"u2","name":"Bob","city":"Oslo"}\n`,
    });
    expect(sandbox.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);

    const offline = (...args: readonly string[]) =>
      run(['users', 'merge', '--no-fetch', ...args], { cwd, stdin });
    expect(await offline('-b', 'base.csv')).toMatchObject({
      code: 0,
      stdout:
        '{"user_id":"u1","name":"Old","city":"Oslo","custom_attributes":{"plan":"pro"}}\n{"user_id":"u2","city":"Oslo"}\n',
    });
    await writeFile(join(cwd, 'bad.ndjson'), `${old}{"name":"x"}\n`);
    expect(await offline('-b', 'bad.ndjson')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('bad.ndjson, line 2: not a user record: it has no user_id'),
    });
  });

  it('rejects a JavaScript function with a hint, and ends when its output is closed', async () => {
    const { cwd, miso, sandbox, sh } = await exampleShell();
    const before = sandbox.requests.length;
    const refused = await miso(['users', 'merge', '-f', 'merge.js'], { stdin: ndjson(ada) });
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('jq -c') });
    expect(sandbox.requests).toHaveLength(before);
    const many = Array.from({ length: 30_000 }, (_, n) => ({ user_id: `u${n}`, city: 'Oslo' }));
    await writeFile(join(cwd, 'many.ndjson'), ndjson(...many));
    const { code, stdout } = await sh('miso users merge many.ndjson --no-fetch -q | head -1');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"user_id":"u0","city":"Oslo"}\n' });
  });
});
