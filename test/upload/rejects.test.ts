import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UploadSummary } from '../../src/upload/summary.ts';
import { uploadScene } from './scene.ts';

/** What a user could have in a name: everything but what no file format can hold. */
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

/** The same users in each format; a bad one has an age that is none. */
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

async function mend(path: string): Promise<void> {
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
  it.each(Object.keys(formats))('of %s can be mended and uploaded as it is', async (file) => {
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
          // As it is, it is refused again, with nothing added.
          const again = await upload({ inputs: [rejects], rejects: 'again' });
          expect(again.summary.records).toMatchObject({ read: bad, rejected: bad });
          await mend(join(cwd, rejects));
          const mended = await upload({ inputs: [rejects] });
          expect(mended.summary.records).toMatchObject({ read: bad, uploaded: bad, rejected: 0 });
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

  it('is made only when it is needed, for its owner only, and keeps what was there', async () => {
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

  it('of several inputs is one of each form, or one for all as they would have been sent', async () => {
    const { write, upload, sandbox, cwd } = await uploadScene();
    await write('a.csv', 'user_id,age\nu1,old\n');
    await write('b.ndjson', '{"user_id":"u2","age":"old"}\n');
    const { summary } = await upload({ inputs: ['a.csv', 'b.ndjson'] });
    expect(summary.rejectsFiles).toEqual(['a.rejected.csv', 'b.rejected.ndjson']);
    await upload({ inputs: ['a.csv', 'b.ndjson'], rejects: 'all.ndjson' });
    await mend(join(cwd, 'all.ndjson'));
    const mended = await upload({ inputs: ['all.ndjson'] });
    expect(mended.summary).toMatchObject({ exitCode: 0, records: { uploaded: 2 } });
    expect(sandbox.users.size).toBe(2);
    expect((await readdir(cwd)).filter((file) => file.includes('all'))).toEqual(['all.ndjson']);
  });

  it('is never an input', async () => {
    const { write, upload } = await uploadScene();
    await write('users.csv', 'user_id\nu1\n');
    const { summary } = await upload({ inputs: ['users.csv'], rejects: './users.csv' });
    expect(summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
    // The journal was given back.
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
});
