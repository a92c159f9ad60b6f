import { appendFile, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scene, stored } from './run.ts';

type Scene = Awaited<ReturnType<typeof scene>>;

/** Uploads a file and reads back its rejects file. */
async function rejectsOf({ cwd, miso }: Scene, name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(cwd, name), content);
  const { stdout } = await miso(['users', 'upload', name, '--json']);
  const { rejects } = JSON.parse(stdout);
  return await readFile(join(cwd, rejects), 'utf8');
}

/** A row as a spreadsheet saves it: filled up to the width of the header, which has no comma in its names. */
function paddedLikeSpreadsheet(csv: string): string {
  const [header = '', ...rows] = csv.trimEnd().split('\n');
  const width = header.split(',').length;
  const padded = rows.map((row) => {
    const cells = row
      .match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)!
      .filter((cell, at, all) => cell || at < all.length - 1);
    return row + ','.repeat(Math.max(0, width - cells.length));
  });
  return `${[header, ...padded].join('\n')}\n`;
}

describe('the reason of a rejected row', () => {
  it('is in the column _errors, also if the row is too short or too long', async () => {
    const at = await scene();
    const text = await rejectsOf(at, 'users.csv', 'user_id,name,plan\n1,Ada\n2,Bob,free,extra\n,Cy,pro\n');
    expect(text.split('\n')).toEqual([
      'user_id,name,plan,_errors',
      '1,Ada,,"expected 3 columns, found 2"',
      '2,Bob,free,"expected 3 columns, found 4",extra',
      expect.stringMatching(/^,Cy,pro,"user_id/),
      '',
    ]);
  });

  it('never becomes an attribute, also after a spreadsheet saved the file', async () => {
    const at = await scene();
    const text = await rejectsOf(at, 'users.csv', 'user_id,name,plan\n1,Ada\n,Bob,free\n2,Cy,pro,x\n');
    await writeFile(join(at.cwd, 'fixed.csv'), paddedLikeSpreadsheet(text).replace(/^,Bob/m, '3,Bob'));
    const { stdout } = await at.miso(['users', 'upload', 'fixed.csv', '--json']);
    expect(JSON.parse(stdout).records).toMatchObject({ read: 3, uploaded: 1, rejected: 2 });
    expect(stored(at.sandbox)).toEqual({
      3: { user_id: '3', name: 'Bob', custom_attributes: { plan: 'free' } },
    });
  });

  it.each([
    ['filled in with the reason in place', '1,Ada,free,"expected 3 columns, found 2"'],
    ['filled in without a reason', '1,Ada,free,'],
    ['filled in without the cell of the reason', '1,Ada,free'],
  ])('does not matter in a row that is %s', async (_, row) => {
    const { cwd, miso, sandbox } = await scene();
    await writeFile(join(cwd, 'users.rejected.csv'), `user_id,name,plan,_errors\n${row}\n`);
    const { code } = await miso(['users', 'upload', 'users.rejected.csv']);
    expect(code).toBe(0);
    expect(stored(sandbox)).toEqual({
      1: { user_id: '1', name: 'Ada', custom_attributes: { plan: 'free' } },
    });
  });

  it.each<[string, string, string]>([
    ['moved to the front', 'u.csv', '_errors,user_id,name\n"user_id is missing",1,Ada\n"age: x",,Bob\n'],
    ['moved to the middle', 'u.csv', 'user_id,"_errors",name\n1,"user_id is missing",Ada\n,"age: x",Bob\n'],
    ['in another case', 'u.csv', 'user_id,name,_ERRORS\n1,Ada,user_id is missing\n,Bob,age: x\n'],
    [
      'a key in another case',
      'u.ndjson',
      '{"user_id":"1","name":"Ada","_Errors":["x"]}\n{"name":"Bob","_Errors":["x"]}\n',
    ],
  ])('is ignored if it is %s, and the new rejects file can be uploaded', async (_, name, text) => {
    const { cwd, miso, sandbox } = await scene();
    await writeFile(join(cwd, name), text);
    const first = await miso(['users', 'upload', name, '--json']);
    expect(JSON.parse(first.stdout).records).toMatchObject({ uploaded: 1, rejected: 1 });
    const rejects = JSON.parse(first.stdout).rejects;
    const fixed = (await readFile(join(cwd, rejects), 'utf8'))
      .replace(/^,Bob/m, '2,Bob')
      .replace('{"name"', '{"user_id":"2","name"');
    await writeFile(join(cwd, rejects), fixed);
    const second = await miso(['users', 'upload', rejects]);
    expect(second.code, second.stderr).toBe(0);
    expect(stored(sandbox)).toEqual({
      1: { user_id: '1', name: 'Ada' },
      2: { user_id: '2', name: 'Bob' },
    });
  });

  it('can be cleared to upload an incomplete row as it is', async () => {
    const { cwd, miso, sandbox } = await scene();
    await writeFile(join(cwd, 'users.rejected.csv'), 'user_id,name,plan,_errors\n1,Ada,,\n');
    expect((await miso(['users', 'upload', 'users.rejected.csv'])).code).toBe(0);
    expect(stored(sandbox)).toEqual({ 1: { user_id: '1', name: 'Ada' } });
  });

  it('occurs once, however often a file is uploaded without being fixed', async () => {
    const at = await scene();
    let text = await rejectsOf(
      at,
      'users.csv',
      'user_id,name,plan\n1,Ada\n2,Bob,free,extra\n,Cy,pro\n3,"D"e,x\n',
    );
    const unreadable = /^3,"D"e,x,"unescaped quote, [^\n]*column 'name'"$/m;
    for (let n = 0; n < 3; n++) {
      const again = await rejectsOf(at, `again${n}.csv`, text);
      // What was found after the quote now includes the reason itself.
      expect(again.replace(unreadable, '')).toBe(text.replace(unreadable, ''));
      expect(again).toMatch(unreadable);
      expect(again.length).toBeLessThan(text.length + 200);
      text = again;
    }
    expect(at.sandbox.users.size).toBe(0);
  });
});

describe('the form of a rejects file', () => {
  it('keeps the byte order mark and the line ends of a table', async () => {
    const text = await rejectsOf(await scene(), 'users.csv', '\ufeffuser_id,age\r\n1,old\r\n2,3\r\n');
    expect(text).toMatch(/^\ufeffuser_id,age,_errors\r\n1,old,"[^\n]*"\r\n$/);
  });

  it('keeps the byte order mark and the line ends of NDJSON', async () => {
    const at = await scene();
    const text = await rejectsOf(
      at,
      'users.ndjson',
      '\ufeff{"user_id":"1","age":"old"}\r\n{"user_id":"2"}\r\n',
    );
    expect(text).toMatch(/^\ufeff\{"user_id":"1","age":"old","_errors":\[[^\n]*\]\}\r\n$/);
    const again = await rejectsOf(at, 'again.ndjson', text);
    expect(again).toBe(text);
  });
});

describe('the name of a rejects file', () => {
  it.each([
    ['all.csv', ['users.csv', 'users.ndjson'], 2],
    ['all.json', ['users.csv'], 2],
    ['all.csv', ['users.csv'], 1],
    ['all.ndjson', ['users.csv', 'users.ndjson'], 1],
    ['all.ndjson', ['users.csv'], 1],
    ['all.log', ['users.csv', 'users.ndjson'], 1],
  ])(
    '%s for %j is refused if its extension is that of another format (exit code %i)',
    async (name, inputs, expected) => {
      const { cwd, miso, sandbox } = await scene();
      await writeFile(join(cwd, 'users.csv'), 'user_id,age\n1,old\n');
      await writeFile(join(cwd, 'users.ndjson'), '{"user_id":"2","age":"old"}\n');
      const { code, stderr } = await miso(['users', 'upload', ...inputs, '--rejects', name]);
      expect(code).toBe(expected);
      if (expected === 2) {
        expect(stderr).toContain('need a file in another format');
        expect(sandbox.stats.calls).toBe(0);
        return;
      }
      const text = await readFile(join(cwd, name), 'utf8');
      const isCsv = name === 'all.csv';
      expect(text).toMatch(isCsv ? /^user_id,age,_errors\n/ : /^\{.*"_errors":\[.*\]\}\n/);
      expect((await miso(['users', 'validate', name])).stderr).toContain('age');
    },
  );

  it('is freed by renaming the older file, unless a copy of it is kept', async () => {
    const { cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), 'user_id,age\n1,old\n');
    const names = async () => (await readdir(cwd)).filter((name) => name.includes('rejected')).sort();
    for (let night = 0; night < 4; night++) await miso(['users', 'upload', 'users.csv']);
    expect(await names()).toEqual(['users.rejected.1.csv', 'users.rejected.csv']);
    expect(await readFile(join(cwd, 'users.rejected.1.csv'), 'utf8')).toBe(
      await readFile(join(cwd, 'users.rejected.csv'), 'utf8'),
    );
  });

  it('is freed by deleting the oldest of nine unused files, with a warning then and one the time before', async () => {
    const { cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), 'user_id,age\n1,old\n');
    const older = (n: number) => join(cwd, `users.rejected.${n}.csv`);
    for (let n = 1; n <= 8; n++) {
      await writeFile(older(n), `user_id,age,_errors\n${n},1,\n`);
      // .3 is the oldest, then .4, …, .8, .1, .2.
      await utimes(older(n), 1e9, 1e9 + ((n + 5) % 8));
    }
    const upload = async (...more: string[]) => {
      await appendFile(join(cwd, 'users.csv'), '1,old\n');
      const { stdout } = await miso(['users', 'upload', 'users.csv', '--json', ...more]);
      return JSON.parse(stdout).warnings.map(({ message }: { message: string }) => message);
    };
    const soon = (count: number, n: number) =>
      `There are ${count} older rejects files. The next one will replace ${older(n)}: delete or move the ones you no longer need.`;
    expect(await upload()).toEqual([]);
    expect(await upload()).toEqual([soon(9, 3)]);
    expect(await upload()).toEqual([
      `Deleted the oldest rejects file, ${older(3)}, because 9 newer ones are kept.`,
      soon(9, 4),
    ]);
    expect(await readFile(older(4), 'utf8')).toBe('user_id,age,_errors\n4,1,\n');
    expect(await upload('users.rejected.4.csv')).toContain(
      `Deleted the oldest rejects file, ${older(5)}, because 9 newer ones are kept.`,
    );
    expect(await readFile(older(4), 'utf8')).toBe('user_id,age,_errors\n4,1,\n');
  });

  it('is reported if the file is from an earlier run and this run rejects nothing', async () => {
    const { cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), 'user_id,age\n1,old\n');
    await miso(['users', 'upload', 'users.csv']);
    await writeFile(join(cwd, 'users.csv'), 'user_id,age\n1,2\n');
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(0);
    const { warnings, rejects } = JSON.parse(stdout);
    expect(rejects).toBeNull();
    expect(warnings.map(({ message }: { message: string }) => message)).toEqual([
      `${join(cwd, 'users.rejected.csv')} contains rejected records of an earlier run. This run added none.`,
    ]);
  });
});
