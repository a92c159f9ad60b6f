import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scene } from './run.ts';

interface Given {
  readonly MISO_API_KEY?: string;
  readonly MISO_REPORT?: string;
}

const users = 'user_id,age\nu1,7\nu2,old\n';

it.each<[string, readonly string[], Given]>([
  ['an input', ['users.csv', '--report', 'users.csv'], {}],
  ['an input of a glob', ['us*.csv', '--report', './users.csv'], {}],
  ['an input under another name', ['users.csv', '--report', 'link.csv'], {}],
  ['an input, by the environment', ['users.csv'], { MISO_REPORT: 'users.csv' }],
  ['an input, without a key', ['users.csv', '--report', 'users.csv'], { MISO_API_KEY: '' }],
  ['an input, beside another fault', ['users.csv', '--report', 'users.csv', '--bogus'], {}],
  ['the rejects file', ['users.csv', '--report', 'old.csv', '--rejects', 'old.csv'], {}],
])('a report is never written over %s', async (_, args, given) => {
  const { miso, cwd, sandbox } = await scene();
  await writeFile(join(cwd, 'users.csv'), users);
  await writeFile(join(cwd, 'old.csv'), users);
  await symlink('users.csv', join(cwd, 'link.csv'));
  const { code, stderr } = await miso(['users', 'upload', ...args], { env: { ...given } });

  expect(code, stderr).toBe(2);
  for (const name of ['users.csv', 'old.csv', 'link.csv'])
    expect(await readFile(join(cwd, name), 'utf8')).toBe(users);
  expect(sandbox.stats.calls).toBe(0);
  if (!args.includes('--bogus') && given.MISO_API_KEY !== '') expect(stderr).toContain('--report names');
});

it('rejected records get another file name than the report', async () => {
  const { miso, cwd } = await scene();
  await writeFile(join(cwd, 'users.csv'), users);
  const { code } = await miso(['users', 'upload', 'users.csv', '--report', 'users.rejected.csv']);

  expect(code).toBe(1);
  const report = JSON.parse(await readFile(join(cwd, 'users.rejected.csv'), 'utf8'));
  expect(report.rejects).toBe('users.rejected.2.csv');
  expect(await readFile(join(cwd, report.rejects), 'utf8')).toContain('u2,old');
});

it('a report is readable by its owner only, and its draft replaces no other file', async () => {
  const { miso, cwd } = await scene();
  await writeFile(join(cwd, 'users.csv'), users);
  await writeFile(join(cwd, 'precious'), 'precious');
  await symlink('precious', join(cwd, 'report.json.new'));
  await miso(['users', 'upload', 'users.csv', '--report', 'report.json']);

  expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')).exitCode).toBe(1);
  expect((await stat(join(cwd, 'report.json'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(cwd, 'precious'), 'utf8')).toBe('precious');
  expect((await readdir(cwd)).filter((name) => name.endsWith('.new'))).toEqual(['report.json.new']);
});
