import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder, run, scene, stored, writeAll } from './run.ts';

const users = '{"user_id":"1","email":"a@x.y","plan":"pro"}\n{"user_id":"2","email":"b@x.y"}\n';

describe('an option that names a key which no JSON record has', () => {
  it.each([
    ['--id', 'Email'],
    ['--map', 'Plan=name'],
    ['--type', 'score=number'],
    ['--map', 'custom_attributes.x=name'],
  ])('is an error before anything is sent: %s %s', async (option, value) => {
    const { miso, cwd, sandbox } = await scene();
    await writeFile(join(cwd, 'users.ndjson'), users);
    for (const input of ['users.ndjson', '-']) {
      const { code, stderr } = await miso(['users', 'upload', input, option, value], { stdin: users });
      expect(stderr).toContain(`No record has the key "${value.split('=')[0]}" (${option}).`);
      expect(stderr).toContain('The keys are: user_id, email');
      expect(code).toBe(2);
    }
    expect(stored(sandbox)).toEqual({});
  });

  it('is exit code 1 if records were already sent, and every record is sent', async () => {
    const { miso, cwd, sandbox } = await scene();
    const lines = Array.from({ length: 25 }, (_, n) => `{"user_id":"u${n}","name":"x"}\n`);
    await writeFile(join(cwd, 'users.ndjson'), lines.join(''));
    const args = ['users', 'upload', 'users.ndjson', '--rpr', '10', '--map', 'Name=city', '--json'];
    const { code, stdout } = await miso(args);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      records: { read: 25, uploaded: 25 },
      error: { code: 'ERR_STOPPED', message: 'No record has the key "Name" (--map).' },
      complete: true,
      resumable: false,
    });
    expect(Object.keys(stored(sandbox))).toHaveLength(25);
  });

  it('leaves nothing to resume when nothing was sent', async () => {
    const { miso, cwd } = await scene();
    await writeFile(join(cwd, 'users.ndjson'), users);
    const first = await miso(['users', 'upload', 'users.ndjson', '--map', 'Plan=name', '--json']);
    expect(JSON.parse(first.stdout)).toMatchObject({
      resumable: false,
      records: { uploaded: 0 },
      exitCode: 2,
    });
    const second = await miso(['users', 'upload', 'users.ndjson']);
    expect(second.stderr).not.toContain('--resume');
    expect(second.code).toBe(0);
  });

  it('may be a column of a table in the same run, or a key of one record', async () => {
    const { miso, cwd, sandbox } = await scene();
    await writeAll(cwd, { 'a.csv': 'user_id,Plan\nc,x\n', 'b.ndjson': '{"user_id":"j"}\n' });
    expect(await miso(['users', 'upload', 'a.csv', 'b.ndjson', '--map', 'Plan=city'])).toMatchObject({
      code: 0,
    });
    expect(stored(sandbox)).toEqual({ c: { user_id: 'c', city: 'x' }, j: { user_id: 'j' } });
    const keyed = await miso(['users', 'validate', '-', '--map', 'plan=city'], { stdin: users });
    expect(keyed).toMatchObject({ code: 0 });
  });

  it('is not an error if there are no records', async () => {
    const result = await run(['users', 'validate', '-', '--format', 'ndjson', '--map', 'a=city'], {
      stdin: '\n',
    });
    expect(result.stderr).not.toContain('No record has');
  });
});

it('a JSON record without the key of --id is rejected, not stored under its user_id', async () => {
  const { miso, cwd, sandbox } = await scene();
  const text = '{"email":"a@x.y","name":"A"}\n{"user_id":"2","name":"B"}\n{"name":"C"}\n';
  await writeFile(join(cwd, 'users.ndjson'), text);
  const { code, stderr } = await miso(['users', 'upload', 'users.ndjson', '--id', 'email']);
  expect(code).toBe(1);
  expect(stderr).toContain('no key "email", which is the user id — 2 records');
  expect(stored(sandbox)).toEqual({ 'a@x.y': { user_id: 'a@x.y', name: 'A' } });
});

describe('keys outside Miso’s record', () => {
  it('become custom attributes, with one warning and a line about the input', async () => {
    const { miso, cwd, sandbox } = await scene();
    await writeFile(join(cwd, 'users.ndjson'), users);
    const { code, stderr } = await miso(['users', 'upload', 'users.ndjson']);
    expect(code).toBe(0);
    expect(stderr).toContain('users.ndjson: NDJSON, UTF-8, 77 B; unknown keys → custom_attributes');
    expect(stderr).toContain(
      "keys outside Miso's user record, sent as custom attributes: email (2), plan (1)",
    );
    expect(stored(sandbox)).toEqual({
      1: { user_id: '1', custom_attributes: { email: 'a@x.y', plan: 'pro' } },
      2: { user_id: '2', custom_attributes: { email: 'b@x.y' } },
    });
  });

  it('are not valid with --unknown keep, because Miso refuses them', async () => {
    const { code, stderr } = await run(['users', 'validate', '-', '--unknown', 'keep'], { stdin: users });
    expect(code).toBe(1);
    expect(stderr).toContain('email: not a Miso user field — 2 records');
    const table = await run(['users', 'validate', '-', '--unknown', 'keep'], {
      stdin: 'user_id,plan\n1,pro\n',
    });
    expect(table.code).toBe(2);
    expect(table.stderr).toContain('<stdin> has an unknown column: plan.');
  });
});

it('numbers keep their digits through an upload that rewrites the record', async () => {
  const { miso, cwd } = await scene();
  const text = '{"email":"a","custom_attributes":{"n":12345678901234567890,"d":0.12345678901234567}}';
  await writeFile(
    join(cwd, 'u.ndjson'),
    `${text}\n{"email":"b","age":"x","custom_attributes":{"n":12345678901234567890}}\n`,
  );
  const { code } = await miso(['users', 'upload', 'u.ndjson', '--id', 'email', '--set', 'gender=x']);
  expect(code).toBe(1);
  expect(await readFile(join(cwd, 'u.rejected.ndjson'), 'utf8')).toContain('12345678901234567890');
});

it('--coerce keeps the digits of a large numeric id, and warns of no loss', async () => {
  const { miso, sandbox } = await scene();
  const stdin = '{"user_id":12345678901234567890}\n';
  const { code, stderr } = await miso(['users', 'upload', '-', '--coerce'], { stdin });
  expect(code).toBe(0);
  expect(stderr).not.toContain('9007199254740991');
  expect(Object.keys(stored(sandbox))).toEqual(['12345678901234567890']);
});

describe('hints fit what was found', () => {
  it.each([
    ['profile_image', 'not a uri', 'such as https://', '%20'],
    ['profile_image', 'https://x.y/a b', '%20', 'such as'],
    ['created_at', 'yesterday', 'Write it as 2024-01-02 or', 'day and month'],
    ['created_at', '2024-01-01T10:00:00', '--assume-utc', 'day and month'],
    ['created_at', '2024-01-01 10:00', '--assume-utc', 'day and month'],
  ])('%s: %s', async (column, value, hint, other) => {
    // The row before has a fault of another kind in the same column, whose hint must not be printed for this one.
    const before = column === 'created_at' ? '01/02/2024' : 'www.example.com/x';
    const both = await run(['users', 'validate', '-'], {
      stdin: `user_id,${column}\na,${before}\nb,${value}\n`,
    });
    const [, text = ''] = both.stderr.split(`<stdin>:3`);
    expect(text.split('✖')[0]).toContain(hint);
    expect(text.split('✖')[0]).not.toContain(other);
  });

  it('can be typed back, and propose no column of consent as the id', async () => {
    const cwd = await freshFolder();
    await writeFile(join(cwd, 'u.csv'), '"User\nId",Accepts Email Marketing,name\na,yes,Ann\n');
    const { code, stderr } = await run(['users', 'validate', 'u.csv'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("--id $'User\\x0aId'");
    expect(stderr).not.toContain('--id "Accepts');
  });
});

it('names, ids and paths of any length are cut in messages', async () => {
  const long = 'k'.repeat(5000);
  const lines = [
    { user_id: long },
    { user_id: 'a', [long]: 'v' },
    { user_id: 'b', custom_attributes: { [long]: {} } },
    { user_id: `${'i'.repeat(500)} `, name: 'x' },
  ];
  const stdin = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  for (const args of [[], ['--map', 'nope=city']]) {
    const { stderr } = await run(['users', 'validate', '-', ...args], { stdin });
    for (const line of stderr.split('\n')) expect(line.length).toBeLessThan(400);
  }
});

it.each([
  ['--map', 'email=name', 'email=city', 'email'],
  ['--set', 'city=Bern', 'city=Basel', 'city'],
  ['--type', 'n=number', 'n=list', 'n'],
])(
  '%s with two values for one name is an error, because one would be lost',
  async (option, one, other, name) => {
    const stdin = 'user_id,email,n\n1,a,2\n';
    const twice = await run(['users', 'validate', '-', option, one, option, other], { stdin });
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain(`"${name}": given twice, with different values`);
    expect((await run(['users', 'validate', '-', option, one, option, one], { stdin })).code).toBe(0);
  },
);
