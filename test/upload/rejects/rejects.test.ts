import { link, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UploadSummary } from '../../../src/upload/outcome/summary.ts';
import { FileLocks } from '../../../src/upload/rejects/file-locks.ts';
import { uploadScene } from '../scene.ts';

/** Any text that file formats can contain. */
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      'a "quoted" name',
      'semi;colon',
      'comma, comma',
      'two\nlines',
      ' padded ',
      '_errors',
      "'=1+1",
      '|',
    ),
  )
  .filter((text) => text.isWellFormed() && !/[\0\r]/.test(text));

const users = fc.uniqueArray(fc.record({ id: fc.nat(1000), name, bad: fc.boolean() }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 12,
});

type Users = readonly { readonly id: number; readonly name: string; readonly bad: boolean }[];

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** The same users in each format; a bad one has an invalid age. */
const formats: Readonly<Record<string, (list: Users) => string>> = {
  'users.csv': (list) =>
    `user_id,name,age\r\n${list.map(({ id, name, bad }) => `u${id},${quoted(name)},${bad ? 'old' : 7}\r\n`).join('')}`,
  'users.tsv': (list) =>
    `user_id\tname\tage\n${list.map(({ id, name, bad }) => `u${id}\t${quoted(name)}\t${bad ? 'old' : 7}\n`).join('')}`,
  'users.ndjson': (list) => list.map((user) => `${JSON.stringify(objectOf(user))}\n`).join(''),
  'users.json': (list) => JSON.stringify(list.map(objectOf), null, 2),
};

function objectOf({ id, name, bad }: Users[number]) {
  return { user_id: `u${id}`, name, age: bad ? 'old' : 7 };
}

async function fix(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text
      .replaceAll('"age":"old"', '"age":7')
      .replaceAll('"age": "old"', '"age": 7')
      .replaceAll(/([,\t])old([,\t])/g, '$17$2'),
  );
}

function balanced({ records: { read, uploaded, rejected, superseded, skipped } }: UploadSummary): void {
  expect(read).toBe(uploaded + rejected + superseded + skipped);
}

describe('a rejects file', () => {
  it.each(Object.keys(formats))('of %s can be fixed and uploaded as it is', async (file) => {
    await fc.assert(
      fc.asyncProperty(users, async (list) => {
        const { write, upload, sandbox, cwd } = await uploadScene();
        await write(file, formats[file]!(list));
        const { summary } = await upload({ inputs: [file] });
        const bad = list.filter((user) => user.bad).length;
        balanced(summary);
        expect(summary.records).toMatchObject({ read: list.length, rejected: bad });
        const [rejects] = summary.rejectsFiles;
        if (rejects === undefined) expect(bad).toBe(0);
        else {
          expect(rejects).toBe(file.replace('users', 'users.rejected'));
          // Unchanged, it is rejected again, with nothing added.
          const again = await upload({ inputs: [rejects], rejects: 'again' });
          expect(again.summary.records).toMatchObject({ read: bad, rejected: bad });
          await fix(join(cwd, rejects));
          const fixed = await upload({ inputs: [rejects] });
          expect(fixed.summary.records).toMatchObject({ read: bad, uploaded: bad, rejected: 0 });
        }
        const held = [...sandbox.users.entries()].map(([id, { name, age }]) => ({ id, name, age }));
        expect(held.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
          list.map(({ id, name }) => ({ id: `u${id}`, name, age: 7 })).sort((a, b) => (a.id < b.id ? -1 : 1)),
        );
        await sandbox.close();
      }),
      { numRuns: 12 },
    );
  });

  it('is created only when needed, readable by its owner only, and keeps an older file', async () => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.csv', 'user_id,age\nu1,7\n');
    await write('users.rejected.csv', 'mine');
    await upload({ inputs: ['users.csv'] });
    expect(await readFile(join(cwd, 'users.rejected.csv'), 'utf8')).toBe('mine');
    await write('users.csv', 'user_id,age\nu1,old\n');
    await upload({ inputs: ['users.csv'] });
    expect(await readFile(join(cwd, 'users.rejected.1.csv'), 'utf8')).toBe('mine');
    expect((await stat(join(cwd, 'users.rejected.csv'))).mode & 0o777).toBe(0o600);
    const { summary } = await upload({ inputs: ['users.csv'], rejects: false });
    expect([summary.rejects, summary.records.rejected]).toEqual([null, 1]);
  });

  it('of several inputs is one for each format, or one for all, with records as they would have been sent', async () => {
    const { write, upload, sandbox, cwd } = await uploadScene();
    await write('a.csv', 'user_id,age\nu1,old\n');
    await write('b.ndjson', '{"user_id":"u2","age":"old"}\n');
    const { summary } = await upload({ inputs: ['a.csv', 'b.ndjson'] });
    expect(summary.rejectsFiles).toEqual(['a.rejected.csv', 'b.rejected.ndjson']);
    await upload({ inputs: ['a.csv', 'b.ndjson'], rejects: 'all.ndjson' });
    await fix(join(cwd, 'all.ndjson'));
    const fixed = await upload({ inputs: ['all.ndjson'] });
    expect(fixed.summary).toMatchObject({ exitCode: 0, records: { uploaded: 2 } });
    expect(sandbox.users.size).toBe(2);
    expect((await readdir(cwd)).filter((file) => file.includes('all'))).toEqual(['all.ndjson']);
  });

  it('is never an input', async () => {
    const { write, upload } = await uploadScene();
    await write('users.csv', 'user_id\nu1\n');
    const { summary } = await upload({ inputs: ['users.csv'], rejects: './users.csv' });
    expect(summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
    // The journal was released.
    expect((await upload({ inputs: ['users.csv'] })).summary.exitCode).toBe(0);
  });

  it('is whole JSON after every write, also on a pipe', async () => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.json', '[{"user_id":"u1","age":"old"},{"user_id":"u2","age":"x"}]');
    await write('none.json', '[{"user_id":"u1","age":"old"},{"user_id":"u3"}]');
    await upload({ inputs: ['users.json'] });
    const rejects = JSON.parse(await readFile(join(cwd, 'users.rejected.json'), 'utf8'));
    expect(rejects).toEqual([
      { user_id: 'u1', age: 'old', _errors: [expect.stringContaining('age')] },
      { user_id: 'u2', age: 'x', _errors: [expect.stringContaining('age')] },
    ]);
  });

  it.each(['users.rejected.csv', 'elsewhere/link.csv'])(
    'gets the next free name if %s is an input, which is read',
    async (fixed) => {
      const { write, upload, cwd, sandbox } = await uploadScene();
      await mkdir(join(cwd, 'elsewhere'));
      await write('users.csv', 'user_id,age\nu1,7\nu2,old\n');
      await write('users.rejected.csv', 'user_id,age,_errors\nu3,7,it was old\n');
      if (fixed.startsWith('elsewhere')) await link(join(cwd, 'users.rejected.csv'), join(cwd, fixed));
      const { summary } = await upload({ inputs: ['users.csv', fixed] });
      expect(summary).toMatchObject({
        records: { read: 3, uploaded: 2, rejected: 1 },
        rejectsFiles: ['users.rejected.2.csv'],
      });
      expect(await readFile(join(cwd, 'users.rejected.csv'), 'utf8')).toContain('it was old');
      expect(sandbox.users.get('u3')).toMatchObject({ age: 7 });
      const named = await upload({ inputs: ['users.csv', fixed], rejects: 'users.rejected.csv' });
      expect(named.summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
      expect(named.summary.error?.message).toBe('--rejects names users.rejected.csv, which is an input.');
    },
  );

  it.each([
    ['a file', 'precious.txt'],
    ['nothing', 'nowhere.txt'],
  ])('replaces a link to %s, and never its target', async (_, target) => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.csv', 'user_id,age\nu1,old\n');
    await write('precious.txt', 'precious');
    await symlink(target, join(cwd, 'bad.csv'));
    const { summary } = await upload({ inputs: ['users.csv'], rejects: 'bad.csv' });
    expect(summary.rejects).toBe('bad.csv');
    expect(await readFile(join(cwd, 'precious.txt'), 'utf8')).toBe('precious');
    expect(await readFile(join(cwd, 'bad.csv'), 'utf8')).toContain('u1,old');
    expect(await readlink(join(cwd, 'bad.1.csv'))).toBe(target);
    expect((await readdir(cwd)).includes('nowhere.txt')).toBe(false);
  });

  it('of one run is separate from that of another run with the same name', async () => {
    const { write, upload, cwd } = await uploadScene();
    await mkdir(join(cwd, 'other'));
    const many = (id: string) => Array.from({ length: 3000 }, (_, n) => `${id}${n},${n % 2 ? 'old' : 7}\n`);
    await write('users.csv', `user_id,age\n${many('a').join('')}`);
    await write('other/users.csv', `user_id,age\n${many('b').join('')}`);
    const runs = await Promise.all(
      ['users.csv', 'other/users.csv'].map((input) => upload({ inputs: [input], rejects: undefined })),
    );
    const files = runs.map(({ summary }) => summary.rejectsFiles);
    expect(files.flat().sort()).toEqual(['users.rejected.2.csv', 'users.rejected.csv']);
    for (const [n, [path]] of files.entries()) {
      const rows = (await readFile(join(cwd, path!), 'utf8')).trimEnd().split('\n').slice(1);
      expect(rows).toHaveLength(1500);
      expect(new Set(rows.map((row) => row.charAt(0)))).toEqual(new Set([n === 0 ? 'a' : 'b']));
    }
    // After both runs, the default name is free again.
    const { summary } = await upload({ inputs: ['users.csv'] });
    expect(summary.rejectsFiles).toEqual(['users.rejected.csv']);
    expect((await readdir(join(cwd, '.journals'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('that another run writes cannot be named with --rejects', async () => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.csv', 'user_id,age\nu1,old\n');
    const claims = new FileLocks(join(cwd, '.journals'));
    await claims.acquire(join(cwd, 'bad.csv'));
    const { summary } = await upload({ inputs: ['users.csv'], rejects: 'bad.csv' });
    expect(summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
    expect(summary.error?.message).toContain('in use by another upload');
    await claims.release();
    expect((await upload({ inputs: ['users.csv'], rejects: 'bad.csv' })).summary.rejects).toBe('bad.csv');
  });
});
