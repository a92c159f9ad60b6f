import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { type RunOptions, scene, writeAll } from './run.ts';

const usersCsv = (ids: readonly string[], city = 'Rome') =>
  `user_id,city\n${ids.map((id) => `${id},${city}\n`).join('')}`;
const upTo = (n: number) => Array.from({ length: n }, (_, index) => `u${index + 1}`);

/** Commands against a sandbox, with their summary and the users that they sent or deleted. */
async function syncs(options: Parameters<typeof scene>[0] = {}) {
  const own = await scene(options);
  const command = async (args: readonly string[], run: RunOptions = {}) => {
    const from = own.sandbox.requests.length;
    const { code, stdout, stderr } = await own.miso(['users', ...args, '--json'], run);
    const requests = own.sandbox.requests.slice(from);
    const idsOf = (path: string) =>
      requests.filter((one) => one.method === 'POST' && one.path === path).flatMap(({ ids }) => ids);
    const summary = stdout === '' ? undefined : JSON.parse(stdout);
    return { code, stderr, summary, sent: idsOf('/v1/users'), deleted: idsOf('/v1/users/_delete') };
  };
  return { ...own, command };
}

describe('the inputs of users sync', () => {
  it('can be several files, globs and compressed', async () => {
    const { cwd, command } = await syncs();
    const write = (last: string) =>
      writeAll(cwd, {
        'a.csv': usersCsv(['a1', 'a2']),
        'part-1.csv': usersCsv(['p1']),
        'part-2.csv': usersCsv(['p2']),
        'z.ndjson.gz': gzipSync(`{"user_id":"z1"}\n{"user_id":"z2","city":"${last}"}\n`),
      });
    await write('Rome');
    const args = ['sync', 'a.csv', 'part-*.csv', 'z.ndjson.gz', '--name', 'crm'];
    expect((await command(args)).sent.sort()).toEqual(['a1', 'a2', 'p1', 'p2', 'z1', 'z2']);
    expect(await command(args)).toMatchObject({ code: 0, sent: [], summary: { sync: { unchanged: 6 } } });
    await write('Oslo');
    expect(await command(args)).toMatchObject({ code: 0, sent: ['z2'], summary: { sync: { changed: 1 } } });
  });

  it('can be a pipe, and users who are gone from it are deleted', async () => {
    const { command } = await syncs();
    const args = ['sync', '-', '--name', 'crm'];
    expect((await command(args, { stdin: usersCsv(upTo(20)) })).sent).toHaveLength(20);
    expect((await command(args, { stdin: usersCsv(upTo(20)) })).sent).toEqual([]);
    const deletes = [...args, '--delete', '--yes', '--min-records', '19'];
    expect(await command(deletes, { stdin: usersCsv(upTo(19)) })).toMatchObject({
      ...{ code: 0, sent: [], deleted: ['u20'] },
    });
  });

  it('are continued after a kill, and --resume says whether there was one', async () => {
    const faults = parseFaultPlan({ faults: [{ on: 'upload', do: 'stall-after', after: 1, times: 1 }] });
    const { sandbox, cwd, command } = await syncs({ faults });
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(20)) });
    const args = ['sync', 'users.csv', '--name', 'crm', '--max-changes', '100%'];
    await command(args);
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(20), 'Oslo') });
    const killed = await command(args, {
      started: (child) => {
        const timer = setInterval(() => {
          if (sandbox.users.get('u1')?.['city'] === 'Oslo') child.kill('SIGKILL');
        }, 10);
        child.on('exit', () => clearInterval(timer));
      },
    });
    expect(killed.code).toBe(null);
    // Back to the records that the state has: what the killed sync sent must not look unchanged.
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(20)) });
    const resumed = await command([...args, '--resume']);
    expect(resumed).toMatchObject({ code: 0, summary: { sync: { unknown: 20 } } });
    expect(resumed.stderr).toContain('Continuing an interrupted sync.');
    expect(sandbox.users.get('u1')).toMatchObject({ city: 'Rome' });
    const again = await command([...args, '--resume']);
    expect(again).toMatchObject({ code: 0, sent: [] });
    expect(again.stderr).toContain('Nothing to resume');
  });
});

describe('more than 24 MB of changed records', () => {
  const text = 'x'.repeat(100_000);
  const large = (city: string) =>
    Array.from({ length: 300 }, (_, n) => `{"user_id":"u${n}","city":"${city}","description":"${text}"}\n`);

  it('are sent after the file was read twice, unless there are too many', async () => {
    const { sandbox, cwd, command } = await syncs();
    const args = ['sync', 'users.ndjson', '--name', 'crm'];
    await writeAll(cwd, { 'users.ndjson': large('Rome').join('') });
    expect((await command(args)).code).toBe(0);
    await writeAll(cwd, { 'users.ndjson': large('Oslo').join('') });
    expect(await command(args)).toMatchObject({ code: 1, sent: [], summary: { sync: { changed: 300 } } });
    const all = await command([...args, '--max-changes', '100%']);
    expect(all).toMatchObject({
      code: 0,
      summary: { records: { read: 300, uploaded: 300, skipped: 0 }, sync: { changed: 300, unchanged: 0 } },
    });
    expect(all.sent.sort()).toEqual(sandbox.users.ids().sort());
    expect(sandbox.users.get('u299')).toMatchObject({ city: 'Oslo' });
    expect((await command(args)).sent).toEqual([]);
  });

  it('from a pipe are checked as far as it was read', async () => {
    const { command } = await syncs();
    const args = ['sync', '-', '--format', 'ndjson', '--name', 'crm'];
    await command(args, { stdin: large('Rome').join('') });
    const stopped = await command(args, { stdin: large('Oslo').join('') });
    expect(stopped).toMatchObject({ code: 1, sent: [] });
    expect(stopped.summary.sync.changed).toBeLessThan(300);
    const all = await command([...args, '--max-changes', '100%'], { stdin: large('Oslo').join('') });
    expect(all.sent).toHaveLength(300);
  });
});

it('changed records that are held back do not keep the records between them in memory', async () => {
  const { cwd, command } = await syncs();
  const text = 'x'.repeat(100_000);
  const write = async (city: string) => {
    const lines = Array.from(
      { length: 700 },
      (_, n) => `{"user_id":"large${n}","description":"${text}"}\n{"user_id":"small${n}","city":"${city}"}\n`,
    );
    await writeFile(join(cwd, 'users.ndjson'), lines.join(''));
  };
  const args = ['sync', 'users.ndjson', '--name', 'crm', '--max-changes', '100%'];
  await write('Rome');
  expect((await command(args)).code).toBe(0);
  await write('Oslo');
  const { code, sent } = await command(args, { env: { NODE_OPTIONS: '--max-old-space-size=40' } });
  expect([code, sent.length]).toEqual([0, 700]);
});

describe('a plan of users sync', () => {
  it('is applied with --hash, and names no id in the clear', async () => {
    const { sandbox, cwd, command } = await syncs();
    const env = { MISO_HASH_KEY: 'secret' };
    const hashed = (id: string) => createHmac('sha256', 'secret').update(id).digest('hex');
    const shaping = ['--hash', 'user_id'];
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(20)) });
    await command(['sync', 'users.csv', '--name', 'crm', ...shaping], { env });
    await writeAll(cwd, { 'users.csv': usersCsv([...upTo(19), 'new']) });
    const plan = ['sync', 'users.csv', '--name', 'crm', '--delete', '--plan', 'plan.ndjson', ...shaping];
    expect((await command(plan, { env })).code).toBe(0);
    const text = await readFile(join(cwd, 'plan.ndjson'), 'utf8');
    expect(text).toContain(hashed('u20'));
    expect(text).not.toMatch(/"user_id":"(u20|new)"/);
    const apply = ['apply', 'plan.ndjson', '--yes'];
    const refused = await command(apply, { env });
    const otherKey = await command([...apply, ...shaping], { env: { MISO_HASH_KEY: 'other' } });
    for (const one of [refused, otherKey]) expect(one).toMatchObject({ code: 2, sent: [], deleted: [] });
    const applied = await command([...apply, ...shaping], { env });
    expect(applied).toMatchObject({ code: 0, sent: [hashed('new')], deleted: [hashed('u20')] });
    expect(sandbox.users.ids().sort()).toEqual([...upTo(19), 'new'].map(hashed).sort());
  });

  it('deletes only users who are planned', async () => {
    const { cwd, command } = await syncs();
    const args = ['sync', 'users.csv', '--name', 'crm'];
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(20)) });
    await command(args);
    await writeAll(cwd, { 'users.csv': usersCsv(upTo(18)) });
    await command([...args, '--delete', '--plan', 'plan.ndjson']);
    const lines = (await readFile(join(cwd, 'plan.ndjson'), 'utf8')).split('\n');
    const edited = lines.filter((line) => !line.includes('"u20"')).join('\n');
    await writeAll(cwd, { 'plan.ndjson': edited });
    expect((await command(['apply', 'plan.ndjson', '--yes'])).deleted).toEqual(['u19']);
  });
});
