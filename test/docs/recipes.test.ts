import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scene, stored } from '../cli/run.ts';
import { full, short } from '../effort.ts';
import { upload } from '../sandbox/start.ts';
import { postgresPrograms, startPostgres } from './postgres.ts';
import { has } from './programs.ts';
import { exampleShell } from './shell.ts';

const page = readFileSync('docs/recipes.md', 'utf8');

/** The scripts of a section of the page, in order. Each is run by a test below. */
function recipe(title: string): string[] {
  const [, section] = page.split(`\n## ${title}\n`);
  const scripts = [...(section?.split('\n## ')[0] ?? '').matchAll(/^```sh\n(.*?)^```$/gms)];
  expect(scripts.length, title).toBeGreaterThan(0);
  return scripts.map(([, text = '']) => text);
}

async function shop() {
  const made = await exampleShell();
  // Midnight must not fall between two recipes.
  await writeFile(join(made.cwd, '.bin/date'), '#!/bin/sh\necho 2026-11-20\n', { mode: 0o755 });
  const runAll = async (scripts: readonly string[], env: Record<string, string> = {}) => {
    let stdout = '';
    for (const script of scripts) {
      const result = await made.sh(script, env);
      expect({ script, code: result.code, stderr: result.code === 0 ? '' : result.stderr }).toEqual({
        script,
        code: 0,
        stderr: '',
      });
      stdout += result.stdout;
    }
    return stdout;
  };
  return { ...made, runAll, users: () => stored(made.sandbox) };
}

const richUsers = Array.from({ length: 10 }, (_, n) => ({
  user_id: `u-${n}`,
  name: `N${n}`,
  city: 'Rome',
  custom_attributes: { plan: n % 2 === 0 ? 'pro' : 'free' },
}));

describe('the recipes', () => {
  it.skipIf(!full || postgresPrograms === undefined || !has('psql'))('sync from PostgreSQL', async () => {
    const [postgres, { sh, runAll, users }] = await Promise.all([startPostgres(), shop()]);
    const sql = (text: string) => sh(`psql --quiet --set ON_ERROR_STOP=1 shop <<< "${text}"`, postgres);
    await sql(
      'create table customers as select n as id, ' +
        "case when n = 1 then E'Ann, \\\"x\\\"\\nB' else 'N' || n end as name, " +
        "nullif('City ' || n % 7, 'City 0') as city, 'pro' as plan from generate_series(1, 1200) n",
    );
    const [nightly = '', pipe = ''] = recipe('A nightly sync from PostgreSQL');
    await runAll([nightly], postgres);
    expect(Object.keys(users())).toHaveLength(1200 + 2);
    expect(users()['1']).toEqual({
      user_id: '1',
      name: 'Ann, "x"\nB',
      city: 'City 1',
      custom_attributes: { plan: 'pro' },
    });
    expect(users()['7']).not.toHaveProperty('city');

    await sql('delete from customers where id > 1100; update customers set city = null where id = 1');
    await runAll([nightly], postgres);
    expect(Object.keys(users())).toHaveLength(1100 + 2);
    expect(users()['1']).not.toHaveProperty('city');
    await sql('alter table customers rename to clients');
    expect((await sh(nightly, postgres)).code).not.toBe(0);
    expect(Object.keys(users())).toHaveLength(1100 + 2);

    await sql('alter table clients rename to customers');
    await runAll([pipe], postgres);
    await sql('delete from customers where id > 10');
    expect((await sh(pipe, postgres)).code).toBe(1);
  });

  it.skipIf(short || !has('sqlite3', 'jq'))(
    'upload and update from SQLite, and change a value with jq',
    async () => {
      const { sh, runAll, users } = await shop();
      const rows = "(7, 'Ann', 'Rome', 1), (8, null, 'Oslo', 0)";
      await sh(
        `sqlite3 shop.db "create table customers (id, name, city, moved); insert into customers values ${rows}"`,
      );
      await runAll(recipe('Upload from SQLite'));
      expect(users()).toMatchObject({
        7: { user_id: '7', name: 'Ann', city: 'Rome' },
        8: { user_id: '8', city: 'Oslo' },
      });
      await sh(`sqlite3 shop.db "update customers set city = 'Bari', name = 'x'"`);
      const out = await runAll(recipe('One field'));
      expect(out).toContain('1 to update (city)');
      expect(out).toContain('1 updated (city)');
      expect(users()['7']).toEqual({ user_id: '7', name: 'Ann', city: 'BARI' });
      expect(users()['8']).toEqual({ user_id: '8', city: 'OSLO' });
      expect(users()['u-1']).toEqual({ user_id: 'u-1', name: 'Ann', age: 34 });
    },
  );

  it.skipIf(short || !has('xlsx2csv', 'python3'))('upload an Excel workbook', async () => {
    const { cwd, runAll, users } = await shop();
    const rows = [
      ['Customer Id', 'Name', 'Score'],
      ['007', 'Ann, B', 12],
    ];
    const workbook = [resolve('test/docs/workbook.py'), join(cwd, 'users.xlsx')];
    execFileSync('python3', [...workbook, ...rows.map((row) => JSON.stringify(row))]);
    await runAll(recipe('Upload an Excel workbook'));
    expect(users()['007']).toEqual({ user_id: '007', name: 'Ann, B', custom_attributes: { Score: 12 } });
  });

  it.skipIf(!full || !has('jq'))('copy staging to production', async () => {
    const { cwd, sh } = await shop();
    const [file = '', pipe = '', some = ''] = recipe('Staging to production');
    const staging = await scene();
    await upload(staging.sandbox, richUsers);
    await rm(join(cwd, '.mirorc'));
    await mkdir(join(cwd, '.config/miso'), { recursive: true });
    for (const [script, expected] of [
      [file, richUsers],
      [pipe, richUsers],
      [some, richUsers.filter((_, n) => n % 2 === 0)],
    ] as const) {
      const production = await scene();
      const profiles = Object.entries({ staging, production }).map(
        ([name, { sandbox }]) => `  ${name}: { server: "${sandbox.url}", apiKey: ${name} }\n`,
      );
      await writeFile(join(cwd, '.config/miso/config.yaml'), `profiles:\n${profiles.join('')}`, {
        mode: 0o600,
      });
      const { code, stderr } = await sh(`unset MISO_SERVER MISO_API_KEY\n${script}`);
      expect({ script, code, stderr: code === 0 ? '' : stderr }).toEqual({ script, code: 0, stderr: '' });
      expect(Object.values(stored(production.sandbox))).toEqual(expected);
    }
  });

  it.skipIf(!full || !has('jq'))('delete a user with proof', async () => {
    const { cwd, sandbox, runAll, users } = await shop();
    await upload(sandbox, richUsers);
    const out = await runAll(recipe('The right to be forgotten, with proof'));
    expect(out).toMatch(/^u-7$/m);
    expect(users()).not.toHaveProperty('u-7');
    expect(sandbox.requests.some(({ path, ids }) => path === '/v1/interactions' && ids.includes('u-7'))).toBe(
      true,
    );
    expect(await readFile(join(cwd, 'forgotten-u-7.md'), 'utf8')).toContain('# Certificate of deletion');
  });

  it.skipIf(!full || !has('jq', 'gunzip'))(
    'restore a backup, delete newer users, and restore one user',
    async () => {
      const { sandbox, runAll, users, miso } = await shop();
      await upload(sandbox, richUsers);
      const before = users();
      const [nightly = '', restore = '', newer = '', one = ''] = recipe("Last week's backup restored");
      await runAll([nightly]);
      await upload(sandbox, [
        { user_id: 'u-3', city: 'Oslo' },
        { user_id: 'new', name: 'New' },
      ]);
      await miso(['users', 'delete', 'u-4', '--yes']);
      const out = await runAll([restore]);
      expect(out).not.toMatch(/^[*+!]/m);
      expect(users()).toEqual({ ...before, new: { user_id: 'new', name: 'New' } });
      await runAll([newer]);
      expect(users()).toEqual(before);
      await upload(sandbox, [
        { user_id: 'u-3', city: 'Oslo' },
        { user_id: 'u-5', city: 'Oslo' },
      ]);
      await runAll([one]);
      expect(users()).toEqual({ ...before, 'u-5': { user_id: 'u-5', city: 'Oslo' } });
    },
  );

  it('are all tested here', () => {
    const titles = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    const source = readFileSync('test/docs/recipes.test.ts', 'utf8');
    expect(titles.length).toBeGreaterThan(4);
    for (const title of titles) expect(source).toContain(title);
  });
});
