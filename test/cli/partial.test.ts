import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { upload } from '../sandbox/start.ts';
import { scene, stored } from './run.ts';
import { onTerminal } from './terminal.ts';

const users = Array.from({ length: 40 }, (_, n) => ({
  user_id: `u${n}`,
  name: `N${n}`,
  city: 'Rome',
  custom_attributes: { plan: 'pro' },
}));

async function fortyUsers(faults: readonly unknown[] = []) {
  const made = await scene({ faults: parseFaultPlan({ faults }) });
  await upload(made.sandbox, users);
  const before = made.sandbox.requests.length;
  /** The calls since then that read something. */
  const reads = () =>
    made.sandbox.requests.slice(before).flatMap(({ method, path }) => (method === 'GET' ? [path] : []));
  return { ...made, reads };
}

const warning =
  'city.csv looks like a partial update: it has only city, and 5 of 5 users read also have name and custom_attributes.plan.';

describe('an upload that looks like a partial update', () => {
  it('is reported with --check-partial, before anything is sent, and in the summary', async () => {
    const { sandbox, cwd, miso, reads } = await fortyUsers();
    const rows = ['new,Oslo', ...users.map(({ user_id }) => `${user_id},Oslo`)];
    await writeFile(join(cwd, 'city.csv'), `user_id,city\n${rows.join('\n')}\n`);
    const args = ['users', 'upload', 'city.csv', '--json'];
    const checked = await miso([...args, '--check-partial', '--dry-run']);
    expect(checked.code).toBe(0);
    expect(checked.stderr).toContain(warning);
    expect(checked.stderr).toContain('To keep them, use miso users update.');
    expect(JSON.parse(checked.stdout).warnings).toContainEqual({
      code: 'note',
      message: expect.stringContaining(warning),
    });
    const paths = reads().map((path) => path.replace(/u\d+$/, 'ID'));
    expect(paths).toEqual(['/v1/users/_ids', ...Array.from({ length: 5 }, () => '/v1/users/ID')]);
    const methods = sandbox.requests.map(({ method }) => method);
    expect(methods.lastIndexOf('GET')).toBeLessThan(methods.lastIndexOf('POST'));

    expect((await miso([...args, '--dry-run'])).stderr).not.toContain('partial update');
    expect(reads()).toHaveLength(6);
    expect(stored(sandbox)['u1']).toEqual(users[1]);
  });

  it('is reported on a terminal, unless the check is turned off', async () => {
    const { cwd, env, reads } = await fortyUsers();
    await writeFile(join(cwd, 'city.csv'), 'user_id,city\nu1,Oslo\n');
    const terminal = { cwd, env, columns: 300 };
    const checked = onTerminal(['users', 'upload', 'city.csv', '--dry-run'], terminal);
    await checked.until('looks like a partial update');
    expect((await checked.exit).code).toBe(0);
    const count = reads().length;
    const off = onTerminal(['users', 'upload', 'city.csv', '--dry-run', '--no-check-partial'], terminal);
    expect((await off.exit).code).toBe(0);
    expect(reads()).toHaveLength(count);
  });

  it('is not reported for many fields, all fields of the users or new users, or if the check fails', async () => {
    const { cwd, miso, reads } = await fortyUsers([{ on: 'ids', do: 'status', after: 2 }]);
    const check = async (name: string, text: string) => {
      await writeFile(join(cwd, name), text);
      const { code, stderr } = await miso(['users', 'upload', name, '--check-partial', '--dry-run']);
      expect(code).toBe(0);
      return stderr;
    };
    expect(await check('many.csv', 'user_id,city,age,state,gender\nu1,Oslo,1,s,f\n')).not.toContain(
      'partial update',
    );
    expect(reads()).toEqual([]);
    expect(await check('new.csv', 'user_id,city\nnew,Oslo\n')).not.toContain('partial update');
    expect(reads()).toEqual(['/v1/users/_ids']);
    const same = { user_id: 'u1', name: 'n', city: 'c', custom_attributes: { plan: 'x' } };
    expect(await check('same.ndjson', `${JSON.stringify(same)}\n`)).not.toContain('partial update');
    expect(reads()).toHaveLength(3);
    expect(await check('city.csv', 'user_id,city\nu1,Oslo\n')).toContain(
      'Could not check whether city.csv is a partial update: ',
    );
  });
});
