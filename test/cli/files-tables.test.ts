import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scene, stored, writeAll } from './run.ts';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `u-${from + at},name ${from + at},pro\n`).join('');

describe('an unclosed quote among many rows', () => {
  const text = `user_id,name,city\n${rows(0, 500)}u-500,"name 500,pro\n${rows(501, 2000)}u-2000,"Ada",pro\n`;

  it('rejects only its own row, and the fixed rejects file can be uploaded', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, { 'u.csv': text });
    const { code, stdout, stderr } = await miso(['users', 'upload', 'u.csv', '--json']);
    expect(code, stderr).toBe(1);
    const { records, errors } = JSON.parse(stdout);
    expect(records).toMatchObject({ read: 2001, uploaded: 2000, rejected: 1 });
    expect(errors[0].examples[0]).toMatchObject({ file: 'u.csv', line: 502 });
    const rejects = join(cwd, 'u.rejected.csv');
    const rejected = await readFile(rejects, 'utf8');
    await writeFile(rejects, rejected.replace('"name 500', 'name 500'));
    const fixed = await miso(['users', 'upload', 'u.rejected.csv']);
    expect(fixed.code, `${fixed.stderr}\n${rejected}`).toBe(0);
    expect(sandbox.users.ids()).toHaveLength(2001);
    expect(stored(sandbox)['u-500']).toMatchObject({ name: 'name 500', city: 'pro' });
  });

  it('counts towards --max-rejects with the lines that it spans', async () => {
    const { cwd, miso } = await scene();
    const prose = 'and so on\n'.repeat(50);
    await writeAll(cwd, {
      'u.csv': `user_id,name,city\n${rows(0, 100)}u-100,"prose\n${prose}" x,y\n${rows(101, 200)}`,
    });
    const { code, stderr } = await miso(['users', 'upload', 'u.csv', '--max-rejects', '10%', '--rpr', '10']);
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('--max-rejects');
  });
});

it('warns once of what is unusual in a table and reads it', async () => {
  const { sandbox, cwd, miso } = await scene();
  await writeAll(cwd, {
    'u.csv': 'user_id,name\nu-1,Ada,\n,,\nu-2,Bob,\n\ufeffuser_id,name\nu-3,Cleo,\n',
  });
  const { code, stderr } = await miso(['users', 'upload', 'u.csv']);
  expect(code, stderr).toBe(0);
  expect(Object.keys(stored(sandbox))).toEqual(['u-1', 'u-2', 'u-3']);
  for (const warning of [
    'each row ends with an extra delimiter',
    'the header is repeated among the rows; the repeated header was skipped',
  ]) {
    expect(stderr.split(warning), warning).toHaveLength(2);
  }
});

describe('a file that cannot be decoded within its header', () => {
  it.each([
    ['after a CR', 'user_id,name\r\x99'],
    ['after a quote', 'user_id,"name\n\x99'],
    ['after a character of four bytes', '\xf3\x81\xb2\x82\t:\r\x99'],
  ])('ends with an error: %s', async (_, content) => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, { 'u.csv': Buffer.from(content, 'latin1') });
    const { code, stderr } = await miso(['users', 'upload', 'u.csv']);
    expect(code, stderr).toBe(5);
    expect(stderr).toContain('u.csv, line');
    expect(sandbox.users.ids()).toEqual([]);
  });
});
