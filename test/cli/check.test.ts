import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { upload } from '../sandbox/start.ts';
import { scene, writeAll } from './run.ts';

const csv = (rows: readonly string[]) => `user_id,name,city,Plan\n${rows.map((row) => `${row}\n`).join('')}`;
const rows = ['a,Ann,Oslo,pro', 'b,Bob,Rome,free', 'c,Cy,,', 'd,Di,Bonn,pro'];

/** A sandbox that has the users of users.csv, as upload stores them. */
async function uploaded(faults: readonly unknown[] = []) {
  const made = await scene({ faults: parseFaultPlan({ faults }) });
  await writeAll(made.cwd, { 'users.csv': csv(rows) });
  expect((await made.miso(['users', 'upload', '-q', 'users.csv'])).code).toBe(0);
  return { ...made, check: (...args: string[]) => made.miso(['users', 'check', 'users.csv', ...args]) };
}

describe('users check', () => {
  it('confirms that all records are stored', async () => {
    const { check } = await uploaded();
    const { code, stdout, stderr } = await check('--unknown', 'custom');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/✔ All 4 users are the same/);
  });

  it('prints the symbols of rclone check, with the fields that differ', async () => {
    const faults = [{ do: 'status', status: 422, body: { message: 'broken' }, on: 'read', ids: ['d'] }];
    const { cwd, sandbox, check } = await uploaded(faults);
    await upload(sandbox, [
      { user_id: 'b', name: 'Bo', city: 'Rome', custom_attributes: { Plan: 'paid' } },
      { user_id: 'other' },
    ]);
    await writeFile(
      join(cwd, 'users.csv'),
      // The last record of an id counts.
      csv(['a,Wrong,,', ...rows, 'new,New,,', '_bad,Bad,,']),
    );
    const { code, stdout, stderr } = await check('--combined', 'all.txt', '--report', 'r.json', '--all');
    expect(code).toBe(1);
    const lines = [
      '* b\tname, custom_attributes.Plan',
      expect.stringMatching(/^! d\t.*broken/),
      '- other',
      '+ new',
      expect.stringMatching(/^! _bad\tuser_id/),
    ];
    expect(stdout.trimEnd().split('\n')).toEqual(expect.arrayContaining(lines));
    const combined = (await readFile(join(cwd, 'all.txt'), 'utf8')).trimEnd().split('\n');
    expect(combined).toEqual(expect.arrayContaining([...lines, '= c']));
    expect(stderr).toContain('Fields that differ: name (1), custom_attributes.Plan (1)');
    const report = JSON.parse(await readFile(join(cwd, 'r.json'), 'utf8'));
    expect(report).toMatchObject({ command: 'users check', fields: { name: 1 }, seed: null, exitCode: 1 });
    expect(report.users).toMatchObject({
      different: expect.any(Number),
      onlyInFiles: 1,
      onlyAtMiso: 1,
      unreadable: 2,
    });

    const ignoring = await check('--ignore', 'name', '--ignore', 'custom_attributes.Plan', '--json');
    expect(
      JSON.parse(ignoring.stdout).differences.map(
        ({ sign, user_id }: Record<string, string>) => `${sign} ${user_id}`,
      ),
    ).not.toContain('* b');
  });

  it('compares a sample that is the same for the same seed', async () => {
    const { cwd, sandbox, miso } = await scene();
    const records = Array.from({ length: 50 }, (_, n) => ({ user_id: `u${n}`, name: 'new' }));
    await upload(
      sandbox,
      records.map((record) => ({ ...record, name: 'old' })),
    );
    const stdin = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    const check = async (...args: string[]) => {
      const { stdout } = await miso(['users', 'check', '--json', ...args], { stdin, cwd });
      const { users, differences, seed } = JSON.parse(stdout);
      return { users, seed, ids: differences.map((one: { user_id: string }) => one.user_id) };
    };
    const first = await check('--sample', '7');
    expect(first.users).toMatchObject({ different: 7, notCompared: 43 });
    expect(await check('--sample', '7', '--seed', `${first.seed}`)).toEqual(first);
    const share = await check('--sample', '20%', '--seed', '1');
    expect(share.users.different + share.users.notCompared).toBe(50);
    expect(share.ids.length).toBeGreaterThan(1);
    expect(share.ids.length).toBeLessThan(30);
  });

  it('reports nothing about users that it did not read, and rejects contradicting options', async () => {
    const { cwd, sandbox, miso, check } = await uploaded();
    const calls = sandbox.stats.calls;
    for (const args of [
      ['--sample', 'x'],
      ['--sample', '5', '--all'],
      ['--seed', '-1'],
      ['--ignore', 'plan'],
    ])
      expect(await check(...args)).toMatchObject({ code: 2, stdout: '' });
    expect(sandbox.stats.calls).toBe(calls);
    await writeFile(join(cwd, 'cut.json'), '[{"user_id":"a"},{"user_id":');
    expect(await miso(['users', 'check', 'cut.json'])).toMatchObject({ code: 5, stdout: '' });
    expect(await miso(['users', 'check'])).toMatchObject({ code: 1, stdout: '' });
  });
});
