import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import type { SandboxOptions } from '../../src/sandbox/http/server.ts';
import { isLinux } from '../platform.ts';
import { upload } from '../sandbox/start.ts';
import { bash, scene, shellProgram, stored } from './run.ts';

const records = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    user_id: `u${n}`,
    name: `Ann "${n}"`,
    ...(n % 2 === 0 ? { age: n } : {}),
    custom_attributes: { plan: 'a,b', tags: ['x', 'y'], n },
  }));

/** A sandbox with users u0, u1, … and a way to export them. */
async function sceneWith(
  count: number,
  { faults, ...options }: Omit<SandboxOptions, 'faults'> & { faults?: readonly unknown[] } = {},
) {
  const plan = faults === undefined ? {} : { faults: parseFaultPlan({ faults }) };
  const made = await scene({ ...options, ...plan });
  for (let from = 0; from < count; from += 1000)
    await upload(made.sandbox, records(count).slice(from, from + 1000));
  const exported = (...args: string[]) => made.miso(['users', 'export', '--json', ...args]);
  return { ...made, exported, at: (name: string) => join(made.cwd, name) };
}

const idsIn = (ndjson: string) =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { user_id: string }).user_id);

describe('users export', () => {
  it.each(['users.ndjson', 'users.json', 'users.csv', 'users.ndjson.gz', 'users.csv.gz'])(
    'writes %s, from which upload restores the same users',
    async (name) => {
      const { sandbox, miso, exported, at, cwd } = await sceneWith(30);
      const before = stored(sandbox);
      const { code, stdout } = await exported('--output', name);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        command: 'users export',
        users: { listed: 30, exported: 30, vanished: 0, failed: 0, unread: 0 },
        output: name,
      });
      expect((await stat(at(name))).mode & 0o777).toBe(0o600);
      expect((await readdir(cwd)).filter((file) => !file.startsWith('.'))).toEqual([name]);
      const copy = await scene();
      const again = await miso(['users', 'upload', name], {
        env: { MISO_SERVER: copy.sandbox.url, MISO_API_KEY: copy.sandbox.key },
      });
      expect(again.code).toBe(0);
      expect(stored(copy.sandbox)).toEqual(before);
    },
  );

  it('counts users that were deleted meanwhile or cannot be read, and writes the others', async () => {
    const faults = [
      { do: 'status', status: 404, body: { message: 'not found' }, on: 'read', ids: ['u3'] },
      { do: 'status', status: 422, body: { message: 'broken record' }, on: 'read', ids: ['u4'] },
    ];
    const { sandbox, miso, at } = await sceneWith(6, { faults });
    await upload(sandbox, [{ user_id: '..' }]);
    const { code, stdout } = await miso(['users', 'export', '-o', 'a.ndjson', '--report', 'r.json']);
    expect(code).toBe(1);
    expect(stdout).toContain('Exported 4 of 7 users, 1 deleted meanwhile, 2 failed');
    expect(stdout).toContain('✖ u4: ');
    const { users, failures, exitCode } = JSON.parse(await readFile(at('r.json'), 'utf8'));
    expect([users, exitCode]).toEqual([{ listed: 7, exported: 4, vanished: 1, failed: 2, unread: 0 }, 1]);
    expect(failures).toEqual([
      { user_id: 'u4', reason: expect.stringContaining('broken record') },
      { user_id: '..', reason: 'no request can read this id' },
    ]);
    expect(idsIn(await readFile(at('a.ndjson'), 'utf8'))).toEqual(['u0', 'u1', 'u2', 'u5']);
  });

  it('does not change a file if Miso has no users or the command line is invalid', async () => {
    const { exported, at, sandbox } = await sceneWith(0);
    await writeFile(at('users.csv'), 'precious');
    expect(await exported('--output', 'users.csv')).toMatchObject({ code: 1 });
    for (const args of [['--output', 'a.tsv'], ['--output', 'a.csv.br'], ['--resume']])
      expect(await exported(...args)).toMatchObject({ code: 2 });
    expect(await readFile(at('users.csv'), 'utf8')).toBe('precious');
    expect(sandbox.requests).toHaveLength(1);
  });

  it.each(['users.ndjson', 'users.csv.gz'])('to %s is resumed with --resume', async (name) => {
    const faults = [{ do: 'status', status: 500, on: 'read', after: 400, times: 1 }];
    const { sandbox, miso, exported, at, cwd } = await sceneWith(600, { faults, key: 'right' });
    await writeFile(at(name), 'the export of yesterday');
    const stopped = await exported('--output', name, '--retries', '0');
    expect(stopped.code).toBe(4);
    const { users, resumable, output } = JSON.parse(stopped.stdout);
    expect([resumable, output, users.listed]).toEqual([true, null, 600]);
    expect(await readFile(at(name), 'utf8')).toBe('the export of yesterday');
    const partial = (await readdir(cwd)).find((file) => file.endsWith('.partial'))!;
    // As a kill may leave it.
    await truncate(at(partial), (await stat(at(partial))).size - 30);

    // Another environment does not get these users.
    const other = await scene();
    await upload(other.sandbox, [{ user_id: 'alone' }]);
    const elsewhere = { MISO_SERVER: other.sandbox.url, MISO_API_KEY: other.sandbox.key };
    const away = await miso(['users', 'export', '-o', name, '--resume', '--json'], { env: elsewhere });
    expect(JSON.parse(away.stdout)).toMatchObject({ resumed: 0, users: { listed: 1, exported: 1 } });
    const before = sandbox.stats.calls;
    const { code, stdout } = await exported('--output', name, '--resume', '--retries', '20');
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary.users).toEqual({ listed: 600, exported: 600, vanished: 0, failed: 0, unread: 0 });
    expect(summary.resumed).toBeGreaterThan(users.exported / 2);
    const succeeded = sandbox.requests.filter(
      ({ call, path, status }) => call > before && path.startsWith('/v1/users/u') && status === 200,
    );
    expect(succeeded).toHaveLength(600 - summary.resumed);
    expect((await readdir(cwd)).filter((file) => file.includes('partial'))).toEqual([]);
    const bytes = await readFile(at(name));
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    const ids = name.endsWith('.ndjson')
      ? idsIn(text)
      : text
          .split('\n')
          .slice(1, -1)
          .map((row) => row.split(',')[0]!);
    expect(new Set(ids)).toEqual(new Set(Object.keys(stored(sandbox))));
    expect(ids).toHaveLength(600);
  });

  it('does not resume a file of another export, or one that another process is writing', async () => {
    const { exported, at, cwd, miso } = await sceneWith(40, {
      faults: [{ do: 'stall', on: 'read', after: 20 }],
    });
    let first: import('node:child_process').ChildProcess | undefined;
    const running = miso(['users', 'export', '-o', 'u.ndjson'], {
      started: (child) => {
        onTestFinished(() => void child.kill('SIGKILL'));
        first = child;
      },
    });
    await expect
      .poll(async () => (await readdir(cwd)).some((file) => file.endsWith('.partial')), { timeout: 20_000 })
      .toBe(true);
    const second = await exported('-o', 'u.ndjson');
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('Another export to')]);
    first!.kill('SIGKILL');
    await running;
    const partial = (await readdir(cwd)).find((file) => file.endsWith('.partial'))!;
    await writeFile(at(partial), 'something else\n');
    const refused = await exported('-o', 'u.ndjson', '--resume');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('does not contain an interrupted export'),
    ]);
    expect(await readFile(at(partial), 'utf8')).toBe('something else\n');
  });

  it('ends silently if the pipe is closed, and with an error if the disk is full', async () => {
    const { cwd, env, sandbox } = await sceneWith(0);
    const long = { description: 'x'.repeat(1000) };
    await upload(
      sandbox,
      records(600).map((record) => ({ ...record, ...long })),
    );
    const sh = (script: string) =>
      bash(`miso() { ${shellProgram} "$@"; }\n${script}`, {
        cwd,
        env: { ...env, PATH: process.env['PATH']!, HOME: cwd },
      });
    const closed = await sh(`miso users export --no-progress | head -1; echo "\${PIPESTATUS[0]}"`);
    expect(closed.stdout).toMatch(/^\{"user_id":"u0".*\}\n0\n$/);
    expect(closed.stderr).toBe('');
    if (isLinux) {
      const full = await sh('miso users export --output /dev/full');
      expect([full.code, full.stderr]).toEqual([
        1,
        expect.stringContaining('/dev/full cannot be written: ENOSPC'),
      ]);
    }
    // A limit of the size of files fails as a full disk does, in the middle of the file.
    const limited = await sh('ulimit -f 32; miso users export --output users.ndjson');
    expect([limited.code, limited.stderr]).toEqual([1, expect.stringContaining('--resume')]);
    expect((await readdir(cwd)).filter((file) => /^users/.test(file))).toEqual([
      expect.stringMatching(/partial$/),
    ]);
    const piped = await sh('mkfifo p; wc -l < p & miso users export -q --output p; wait');
    expect(piped).toMatchObject({ code: 0, stdout: expect.stringContaining('600') });
  });

  it('copies production to staging in one line, and moves keys that upload would refuse', async () => {
    const line = 'miso users export --profile production | miso users upload --profile staging';
    expect(await readFile('docs/export.md', 'utf8')).toContain(`\n${line}\n`);
    const extra = { message: 'success', data: { user_id: 'u1', name: 'Ann', birth_year: 1980 } };
    const faults = [{ do: 'status', status: 200, body: extra, on: 'read', ids: ['u1'] }];
    const production = await sceneWith(3, { faults, key: 'production' });
    const staging = await scene({ key: 'staging' });
    const profiles = [production, staging].map(
      ({ sandbox }) => `{ server: '${sandbox.url}', apiKey: ${sandbox.key} }`,
    );
    const { cwd } = production;
    await writeFile(
      join(cwd, '.mirorc'),
      `profiles: { production: ${profiles[0]}, staging: ${profiles[1]} }\n`,
    );
    const env = {
      PATH: process.env['PATH']!,
      HOME: cwd,
      MISO_CONFIG: join(cwd, '.mirorc'),
    };
    const { code, stdout, stderr } = await bash(
      `set -o pipefail; miso() { ${shellProgram} "$@"; }\n${line}`,
      { cwd, env },
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('3 of 3 records uploaded')]);
    expect(stderr).toContain('Upload would refuse birth_year (1 record)');
    expect(stored(staging.sandbox)).toEqual({
      ...stored(production.sandbox),
      u1: { user_id: 'u1', name: 'Ann' },
    });
  });
});
