import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { csvLine, sampleCsv, sampleHeader, sampleRow } from '../../src/sandbox/sample-users.ts';
import { effort } from '../effort.ts';
import { freshFolder, run, scene, stored } from './run.ts';

/** What an uploaded sample row is in Miso, with --type score=number. */
function userOf(row: readonly string[]): Record<string, unknown> {
  const [user_id, name, description, age, city, created_at, plan, score] = row;
  const custom_attributes = { plan, score: Number(score) };
  return { user_id, name, description, age: Number(age), city, created_at, custom_attributes };
}

function summaryOf(stdout: string) {
  const summary = JSON.parse(stdout);
  const { read, uploaded, rejected, superseded, skipped } = summary.records;
  expect(read).toBe(uploaded + rejected + superseded + skipped);
  return summary;
}

describe('users upload', () => {
  it('stores many users of a CSV, with all of their fields', async () => {
    const count = effort(5000, 200_000);
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), sampleCsv(count));

    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--type', 'score=number', '--json']);

    expect(code).toBe(0);
    expect(summaryOf(stdout).records).toEqual({
      read: count,
      uploaded: count,
      rejected: 0,
      superseded: 0,
      skipped: 0,
    });
    expect(sandbox.users.size).toBe(count);
    for (let n = 0; n < count; n++) {
      const row = sampleRow(n);
      expect(sandbox.users.get(row[0]!)).toEqual(userOf(row));
    }
    const ids = await miso(['users', 'ids']);
    expect(ids.stdout.split('\n').length - 1).toBe(count);
  });

  it('stores the same records from the output of read, in every format that can be uploaded', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), sampleCsv(150));
    await miso(['users', 'upload', 'users.csv', '--type', 'score=number']);
    const before = stored(sandbox);
    const ids = await miso(['users', 'ids']);

    for (const format of ['csv', 'json', 'ndjson']) {
      const read = await miso(['users', 'read', '--format', format], { stdin: ids.stdout });
      await writeFile(join(cwd, `back.${format}`), read.stdout);
      const back = await miso(['users', 'upload', `back.${format}`, '--json']);
      expect(back.code).toBe(0);
      expect(summaryOf(back.stdout).records.uploaded).toBe(150);
      expect(stored(sandbox)).toEqual(before);
    }
  });

  it.each([
    ['users.ndjson', (users: object[]) => users.map((user) => `${JSON.stringify(user)}\n`).join('')],
    ['users.json', (users: object[]) => JSON.stringify(users, null, 2)],
    [
      'export.json',
      (users: object[]) => JSON.stringify({ exported: '2024-01-02', data: users, total: users.length }),
    ],
    [
      'users.tsv',
      () =>
        sampleCsv(7)
          .replace(/"Says ""hello"", often; user (\d+)"/g, 'User $1')
          .replaceAll(',', '\t'),
    ],
  ])('reads %s', async (name, write) => {
    const { sandbox, cwd, miso } = await scene();
    const users = Array.from({ length: 7 }, (_, n) => userOf(sampleRow(n)));
    await writeFile(join(cwd, name), write(users));

    const types = name.endsWith('.tsv') ? ['--type', 'score=number'] : [];
    const { code, stdout } = await miso(['users', 'upload', name, ...types, '--json']);

    expect(code).toBe(0);
    expect(summaryOf(stdout).records.uploaded).toBe(7);
    expect(sandbox.users.get('u-4')).toMatchObject({ name: userOf(sampleRow(3))['name'] });
  });

  it('reads one object, and NDJSON from standard input', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'one.json'), '{"user_id": "one", "name": "Only One"}');

    expect((await miso(['users', 'upload', 'one.json'])).code).toBe(0);
    expect((await miso(['users', 'upload', '-'], { stdin: '{"user_id":"a"}\n{"user_id":"b"}\n' })).code).toBe(
      0,
    );
    expect((await miso(['u', 'u'], { stdin: '{"user_id":"c"}\n' })).code).toBe(0);

    expect(sandbox.users.ids()).toEqual(['one', 'a', 'b', 'c']);
  });

  it('reads several files in their order, so that the last record of an id wins', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'a.csv'), 'user_id,name\nu,first\n');
    await writeFile(join(cwd, 'b.ndjson'), '{"user_id":"u","name":"second"}\n');

    const { stdout } = await miso(['users', 'upload', 'a.csv', 'b.ndjson', '--json']);

    expect(summaryOf(stdout).records).toMatchObject({ read: 2, uploaded: 1, superseded: 1 });
    expect(sandbox.users.get('u')).toEqual({ user_id: 'u', name: 'second' });
  });

  it('rejects invalid records before anything is sent, with file, line, id and reason', async () => {
    const { sandbox, cwd, miso } = await scene();
    const csv = sampleCsv(10, (row: string[], n: number) => (n === 4 ? row.with(3, 'old') : row));
    await writeFile(join(cwd, 'users.csv'), csv);

    const { code, stdout, stderr } = await miso(['users', 'upload', 'users.csv', '--json']);

    expect(code).toBe(1);
    const summary = summaryOf(stdout);
    expect(summary.records).toMatchObject({ read: 10, uploaded: 9, rejected: 1 });
    expect(summary.errors).toMatchObject([
      {
        field: 'age',
        by: 'local',
        count: 1,
        examples: [{ file: 'users.csv', line: 6, user_id: 'u-5' }],
      },
    ]);
    expect(summary.rejects).toBe('users.rejected.csv');
    expect(stderr).toContain('users.csv:6');
    expect(sandbox.users.has('u-5')).toBe(false);

    const rejects = await readFile(join(cwd, 'users.rejected.csv'), 'utf8');
    expect(rejects.split('\n')[0]).toBe(`${csvLine(sampleHeader).trimEnd()},_errors`);
    await writeFile(join(cwd, 'users.rejected.csv'), rejects.replace(',old,', ',44,'));
    expect((await miso(['users', 'upload', 'users.rejected.csv'])).code).toBe(0);
    expect(sandbox.users.get('u-5')).toMatchObject({ age: 44 });
  });

  it('maps, sets, types and drops columns', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'crm.csv'), 'Customer Id,Full Name,Plan,Tags,Score\n007,Ada,pro,a|b,1.5\n');
    const shaping = [
      ...['--id', 'Customer Id', '--map', 'Full Name=name', '--map', 'Plan=custom_attributes.plan'],
      ...['--type', 'Tags=list', '--type', 'Score=number', '--set', 'country=NO'],
    ];

    const { code } = await miso(['users', 'upload', 'crm.csv', ...shaping]);

    expect(code).toBe(0);
    expect(stored(sandbox)).toEqual({
      '007': {
        user_id: '007',
        name: 'Ada',
        country: 'NO',
        custom_attributes: { plan: 'pro', Tags: ['a', 'b'], Score: 1.5 },
      },
    });
  });
});

describe('users upload ends with', () => {
  it('3 when Miso refuses the key, after one request', async () => {
    const { sandbox, cwd, miso } = await scene({ key: 'the-right-one' });
    await writeFile(join(cwd, 'users.csv'), sampleCsv(5000));

    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json'], {
      env: { MISO_API_KEY: 'the-wrong-one' },
    });

    expect(code).toBe(3);
    expect(sandbox.stats.calls).toBe(1);
    expect(summaryOf(stdout)).toMatchObject({ requests: { sent: 1 }, exitCode: 3 });
  });

  it('4 when there is no server', async () => {
    const { sandbox, cwd, miso } = await scene();
    await sandbox.close();
    await writeFile(join(cwd, 'users.csv'), sampleCsv(5));

    const { code, stdout, stderr } = await miso(['users', 'upload', 'users.csv', '--retries', '2', '--json']);

    expect(code).toBe(4);
    expect(summaryOf(stdout).records.uploaded).toBe(0);
    expect(stderr).toContain('ECONNREFUSED');
  });

  it.each([
    ['a missing file', ['users', 'upload', 'nope.csv'], 'nope.csv'],
    [
      'an unknown flag',
      ['users', 'upload', 'users.csv', '--recrods-per-request', '5'],
      '--records-per-request',
    ],
    ['an ill-typed flag', ['users', 'upload', 'users.csv', '--rps', 'abc'], 'abc'],
    ['a table without ids', ['users', 'upload', 'crm.csv'], '--id'],
  ])('2 for %s, and nothing is sent', async (_, args, expected) => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), sampleCsv(5));
    await writeFile(join(cwd, 'crm.csv'), 'Customer Id,Name\n1,Ada\n');

    const { code, stderr } = await miso(args);

    expect(code).toBe(2);
    expect(stderr).toContain(expected);
    expect(sandbox.stats.calls).toBe(0);
  });

  it('2 without a key', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), sampleCsv(5));

    const { code, stderr } = await miso(['users', 'upload', 'users.csv'], { env: { MISO_API_KEY: '' } });

    expect(code).toBe(2);
    expect(stderr).toContain('MISO_API_KEY');
    expect(sandbox.stats.calls).toBe(0);
  });

  it('5 for a CSV that is cut off in a quoted cell, with the rows before it stored', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), `${sampleCsv(250)}u-cut,"A name that`);

    const { code, stdout, stderr } = await miso(['users', 'upload', 'users.csv', '--json']);

    expect(code).toBe(5);
    expect(summaryOf(stdout).records).toMatchObject({ read: 250, uploaded: 250 });
    expect(sandbox.users.size).toBe(250);
    expect(stderr).toContain('252');
  });
});

describe('the key', () => {
  it('is in no URL, no output and no file, also with --verbose', async () => {
    const { sandbox, cwd, miso, env } = await scene({ key: 'S3CRET-KEY-0123456789' });
    await writeFile(
      join(cwd, 'users.csv'),
      sampleCsv(300, (row: string[], n: number) => (n === 7 ? row.with(3, 'x') : row)),
    );
    await writeFile(join(cwd, 'key.txt'), `${sandbox.key}\n`);
    const outputs: string[] = [];
    for (const args of [
      ['users', 'upload', 'users.csv', '--verbose', '--report', 'report.json'],
      ['users', 'upload', 'users.csv', '--verbose', '--json', '-k', sandbox.key],
      ['users', 'read', 'u-2', '--verbose'],
      [
        'users',
        'delete',
        'u-2',
        '--yes',
        '--verbose',
        '--receipt',
        'receipt.ndjson',
        '--backup',
        'backup.ndjson',
      ],
      ['users', 'ids', '--verbose'],
      ['config'],
      ['config', '--json', '--key', sandbox.key],
    ]) {
      const { stdout, stderr } = await miso(args, {
        env: { MISO_API_KEY: '', MISO_API_KEY_FILE: join(cwd, 'key.txt') },
      });
      outputs.push(stdout, stderr);
    }
    const grep = await import('node:child_process').then(({ spawnSync }) =>
      spawnSync('grep', ['-rl', sandbox.key, cwd], { encoding: 'utf8' }),
    );

    expect(outputs.join('\n')).not.toContain(sandbox.key);
    expect(grep.stdout.trim()).toBe(join(cwd, 'key.txt'));
    expect(sandbox.requests.every(({ path }) => !path.includes('api_key'))).toBe(true);
    expect(env.MISO_API_KEY).toBe(sandbox.key);
  });
});

describe('users validate', () => {
  it('reports the same as upload, without a key and without a server', async () => {
    const cwd = await freshFolder();
    await writeFile(
      join(cwd, 'users.csv'),
      sampleCsv(1234, (row: string[], n: number) => (n === 4 ? row.with(3, 'old') : row)),
    );

    const { code, stdout } = await run(['users', 'validate', 'users.csv', '--json'], { cwd });

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'users validate',
      records: { read: 1234, rejected: 1 },
      requests: { sent: 0, needed: 13 },
      errors: [{ field: 'age', examples: [{ line: 6 }] }],
    });
  });
});

describe('users delete', () => {
  it('requires --yes in non-interactive mode, and sends nothing without it', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), sampleCsv(5));
    await miso(['users', 'upload', 'users.csv']);
    const calls = sandbox.stats.calls;

    const { code, stderr } = await miso(['users', 'delete', 'u-2']);
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
    const dry = await miso(['users', 'delete', 'u-2', '--dry-run']);
    expect(dry.code).toBe(0);

    expect(sandbox.stats.calls).toBe(calls);
    expect(sandbox.users.size).toBe(5);
  });

  it('deletes ids that cannot be part of a path, and no others', async () => {
    const { sandbox, cwd, miso } = await scene();
    const ids = ['.', '..', 'a/b', 'q?x=1#y', '100%', ' lead', 'ünï 🎉'];
    await writeFile(
      join(cwd, 'users.ndjson'),
      ids.map((user_id) => `${JSON.stringify({ user_id })}\n`).join(''),
    );
    await miso(['users', 'upload', 'users.ndjson']);
    expect(sandbox.users.size).toBe(ids.length);

    for (const id of ids) {
      expect((await miso(['users', 'delete', '--yes', '--verify', '--', id])).code).toBe(0);
      expect(sandbox.users.has(id)).toBe(false);
    }
    expect(sandbox.users.size).toBe(0);
  });
});

describe('users status', () => {
  it('distinguishes a finished task from one with errors', async () => {
    const faults = parseFaultPlan({
      faults: [
        { on: 'upload', do: 'task-errors', ids: ['bad'], line: 'data.{index} is invalid. It is on a list.' },
      ],
    });
    const { sandbox, cwd, miso } = await scene({ faults });
    await writeFile(join(cwd, 'good.ndjson'), '{"user_id":"good"}\n');
    await writeFile(join(cwd, 'bad.ndjson'), '{"user_id":"bad"}\n');

    const good = await miso(['users', 'upload', 'good.ndjson', '--wait', '--json']);
    const bad = await miso(['users', 'upload', 'bad.ndjson', '--wait', '--json']);

    expect(good.code).toBe(0);
    expect(summaryOf(good.stdout)).toMatchObject({ tasks: { queued: 0, failed: 0 } });
    expect(bad.code).toBe(1);
    expect(summaryOf(bad.stdout)).toMatchObject({
      records: { rejected: 1 },
      errors: [
        {
          reason: 'It is on a list.',
          by: 'miso',
          examples: [{ file: 'bad.ndjson', line: 1, user_id: 'bad' }],
        },
      ],
      tasks: { queued: 0, failed: 1 },
    });
    expect(sandbox.users.ids()).toEqual(['good']);
    expect((await miso(['users', 'status', 'no-such-task'])).code).toBe(1);
  });
});

describe('users delete --backup', () => {
  it('does not call a mistyped id deleted', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), sampleCsv(2));
    await miso(['users', 'upload', 'users.csv']);

    const args = [
      'users',
      'delete',
      'u-2',
      'u-typo',
      '--yes',
      '--backup',
      'saved.ndjson',
      '--receipt',
      'proof.ndjson',
    ];
    const { code, stdout } = await miso([...args, '--json']);

    expect(code).toBe(1);
    expect(JSON.parse(stdout).ids).toMatchObject({ asked: 2, deleted: 1, notFound: 1, failed: 0, unsent: 0 });
    const proof = (await readFile(join(cwd, 'proof.ndjson'), 'utf8')).trimEnd().split('\n');
    expect(proof.map((line) => JSON.parse(line).outcome)).toEqual(['intent', 'deleted', 'not-found']);
    expect(sandbox.users.ids()).toEqual(['u-1']);
  });
});
