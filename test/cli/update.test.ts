import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { upload } from '../sandbox/start.ts';
import { scene, stored, writeAll } from './run.ts';

const ada = { user_id: 'u1', name: 'Ada', city: 'Rome', custom_attributes: { plan: 'pro', score: 7 } };
const bob = { user_id: 'u2', name: 'Bob', city: 'Oslo', custom_attributes: { plan: 'free', score: 3 } };

async function twoUsers(faults: readonly unknown[] = []) {
  const { sandbox, cwd, miso } = await scene({ faults: parseFaultPlan({ faults }) });
  await upload(sandbox, [ada, bob]);
  return {
    sandbox,
    cwd,
    update: (args: readonly string[], stdin = '') => miso(['users', 'update', ...args], { stdin }),
    miso,
  };
}

describe('users update', () => {
  it('changes only the fields of the file; a dry run shows the changes', async () => {
    const { sandbox, cwd, update } = await twoUsers();
    await writeFile(join(cwd, 'city.csv'), 'user_id,city,plan\nu1,Paris,\nu2,Oslo,free\nu3,Bonn,pro\n');

    const dry = await update(['city.csv', '--dry-run', '--no-rejects']);
    expect(dry.code).toBe(1);
    expect(dry.stdout).toContain('Dry run, nothing stored: 1 to update (city), 1 unchanged, 1 not found in ');
    expect(dry.stdout).toContain('  u1  city: "Rome" → "Paris"\n');
    expect(stored(sandbox)).toEqual({ u1: ada, u2: bob });

    const real = await update(['city.csv', '--report', 'r.json']);
    expect(real.code).toBe(1);
    expect(real.stdout).toContain('! 1 updated (city), 1 unchanged, 1 not found in ');
    expect(real.stderr).toContain('no such user at Miso');
    expect(real.stderr).toContain('Use --create to create users that do not exist.');
    expect(real.stderr).toContain('\n  miso users update city.rejected.csv\n');
    expect(stored(sandbox)).toEqual({ u1: { ...ada, city: 'Paris' }, u2: bob });
    expect(JSON.parse(await readFile(join(cwd, 'r.json'), 'utf8'))).toMatchObject({
      command: 'users update',
      records: { read: 3, uploaded: 1, rejected: 1, superseded: 0, skipped: 1 },
      sync: { new: 0, changed: 1, unchanged: 1, unknown: 0, gone: 0, foreign: 0, deleted: 0 },
      update: { notFound: 1, unread: 0, fields: { city: 1 }, dropped: {} },
      tasks: { queued: 0, failed: 0 },
    });

    const created = await update(['city.rejected.csv', '--create']);
    expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining('0 updated, 1 created in ') });
    expect(stored(sandbox)['u3']).toEqual({
      user_id: 'u3',
      city: 'Bonn',
      custom_attributes: { plan: 'pro' },
    });
  });

  it('removes fields that are null in JSON, and with --clear those that no record sets', async () => {
    const { sandbox, update } = await twoUsers();
    const patch = { user_id: 'u1', city: null, custom_attributes: { plan: null, tier: 1 } };
    expect(await update(['--coerce'], JSON.stringify({ user_id: 'u1', city: null }))).toMatchObject({
      code: 0,
    });
    expect(stored(sandbox)['u1']).toEqual(ada);
    expect(await update([], JSON.stringify(patch))).toMatchObject({ code: 0 });
    expect(stored(sandbox)['u1']).toEqual({
      user_id: 'u1',
      name: 'Ada',
      custom_attributes: { score: 7, tier: 1 },
    });

    const clear = ['--clear', 'city', '--clear', 'custom_attributes.score', '--set', 'country=NO'];
    expect(await update(clear, 'user_id,city\nu1,Bari\nu2,\n')).toMatchObject({ code: 0 });
    expect(stored(sandbox)).toEqual({
      u1: { user_id: 'u1', name: 'Ada', city: 'Bari', country: 'NO', custom_attributes: { tier: 1 } },
      u2: { user_id: 'u2', name: 'Bob', country: 'NO', custom_attributes: { plan: 'free' } },
    });

    const unknown = await update(['--clear', 'ctiy'], 'user_id\nu1\n');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean city?') });
    expect(await update(['--clear', 'user_id'], 'user_id\nu1\n')).toMatchObject({ code: 2 });
    const missing = await update([], '{"user_id":null,"city":"x"}');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('user_id') });
  });

  it('rejects a user with keys that Miso returns but refuses, and erases them only with --drop-unknown', async () => {
    const returned = { ...ada, birth_year: 1980, category_path_1: 'x', state: null };
    const body = { message: 'success', data: returned };
    const { sandbox, cwd, update } = await twoUsers([
      { on: 'read', do: 'status', status: 200, ids: ['u1'], body },
    ]);
    await writeFile(join(cwd, 'city.csv'), 'user_id,city\nu1,Paris\nu2,Paris\n');
    const refused = await update(['city.csv']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('birth_year: Miso returned this value but would refuse it');
    expect(refused.stderr).not.toMatch(/category_path|state/);
    expect(stored(sandbox)).toEqual({ u1: ada, u2: { ...bob, city: 'Paris' } });

    const dropped = await update(['city.csv', '--drop-unknown']);
    expect(dropped).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Erased because of --drop-unknown: birth_year (1 user).'),
    });
    expect(stored(sandbox)['u1']).toEqual({ ...ada, city: 'Paris' });
  });

  it('prints its options in the command to resume', async () => {
    const { cwd, sandbox, update } = await twoUsers([{ on: 'read', do: 'status', status: 503, times: 2 }]);
    await writeFile(join(cwd, 'city.csv'), 'user_id,city\nu1,Paris\nu2,Bonn\n');
    const options = ['--create', '--clear', 'custom_attributes.score', '--drop-unknown'];
    const stopped = await update(['city.csv', ...options, '--retries', '0', '--concurrency', '1']);
    expect(stopped.code).toBe(4);
    expect(stopped.stderr).toContain(
      `\n  miso users update city.csv ${options.join(' ')} --retries 0 --concurrency 1 --resume\n`,
    );
    const other = await update(['city.csv', '--create', '--resume']);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be resumed: clear was') });
    expect((await update(['city.csv', ...options, '--resume'])).code).toBe(0);
    expect(stored(sandbox)['u2']).toEqual({ ...bob, city: 'Bonn', custom_attributes: { plan: 'free' } });
  });

  it('makes the next sync send the users that it changed', async () => {
    const { cwd, sandbox, update, miso } = await twoUsers();
    const lines = [ada, bob].map((user) => JSON.stringify(user)).join('\n');
    await writeFile(join(cwd, 'export.ndjson'), lines);
    const sync = ['users', 'sync', 'export.ndjson', '--name', 'crm'];
    expect((await miso(sync)).code).toBe(0);
    expect(await update([], 'user_id,city\nu1,Paris\n')).toMatchObject({ code: 0 });
    expect((await miso(sync)).code).toBe(0);
    expect(stored(sandbox)).toEqual({ u1: ada, u2: bob });
  });
});

it('of many users takes memory for those that are in flight', async () => {
  const { cwd, miso } = await scene();
  const ids = Array.from({ length: 16_000 }, (_, n) => `u${n}`);
  await writeAll(cwd, { 'city.csv': `user_id,city\n${ids.map((id) => `${id},Rome\n`).join('')}` });
  const env = { NODE_OPTIONS: '--max-old-space-size=48' };
  const { code, stdout } = await miso(['users', 'update', 'city.csv', '--create', '--json'], { env });
  expect([code, JSON.parse(stdout).records.uploaded]).toEqual([0, ids.length]);
}, 60_000);
