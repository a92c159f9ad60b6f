import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { upload } from '../sandbox/start.ts';
import { scene, stored } from './run.ts';

describe('users read --fields', () => {
  it('names fields that no record has', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, [
      { user_id: 'u1', age: 7 },
      { user_id: 'u2', custom_attributes: { plan: 'pro' } },
    ]);
    const read = (fields: string) => miso(['users', 'read', 'u1', 'u2', '--fields', fields]);

    const mistyped = await read('user_id,age,plan');
    expect(mistyped).toMatchObject({ code: 0, stdout: '{"user_id":"u1","age":7}\n{"user_id":"u2"}\n' });
    expect(mistyped.stderr).toContain('No record has the field plan of --fields.');
    expect(mistyped.stderr).not.toContain('names age');

    expect(await read('user_id,custom_attributes.plan')).toMatchObject({ code: 0, stderr: '' });
  });

  it('does not warn of fields if no user was found', async () => {
    const { miso } = await scene();
    const { code, stderr } = await miso(['users', 'read', 'u1', '--fields', 'nope']);
    expect(code).toBe(1);
    expect(stderr).not.toContain('--fields');
  });
});

describe('keys that Miso returns and upload would refuse', () => {
  const returned = {
    user_id: 'u1',
    name: 'Ada',
    birth_year: 1980,
    custom_attributes: { plan: 'pro', deep: { a: { b: 1 } } },
  };
  const faults = parseFaultPlan({
    faults: [
      { on: 'read', do: 'status', status: 200, ids: ['u1'], body: { message: 'success', data: returned } },
    ],
  });
  const uploaded = { user_id: 'u1', name: 'Ada', custom_attributes: { plan: 'pro' } };
  const apart = { birth_year: 1980, custom_attributes: { deep: { a: { b: 1 } } } };

  it('are moved in the output of read and --backup, which upload accepts unchanged', async () => {
    const { sandbox, cwd, miso } = await scene({ faults });
    const read = await miso(['users', 'read', 'u1', '--report', 'r.json']);
    expect(read.code).toBe(0);
    expect(JSON.parse(read.stdout)).toEqual({ ...uploaded, _miso: apart });
    expect(read.stderr).toContain(
      'Upload would refuse birth_year (1 record) and custom_attributes.deep (1 record)',
    );
    expect(JSON.parse(await readFile(join(cwd, 'r.json'), 'utf8'))).toMatchObject({
      refusedKeys: { birth_year: 1, 'custom_attributes.deep': 1 },
    });

    expect(await miso(['users', 'upload'], { stdin: read.stdout })).toMatchObject({ code: 0 });
    expect(stored(sandbox)).toEqual({ u1: uploaded });

    const deleted = await miso(['users', 'delete', 'u1', '--yes', '--backup', 'b.ndjson', '--json']);
    expect(JSON.parse(deleted.stdout)).toMatchObject({ refusedKeys: { birth_year: 1 } });
    expect(deleted.stderr).toContain('Upload would refuse birth_year (1 record)');
    expect(JSON.parse(await readFile(join(cwd, 'b.ndjson'), 'utf8'))).toEqual({ ...uploaded, _miso: apart });
    expect(await miso(['users', 'upload', 'b.ndjson'])).toMatchObject({ code: 0 });
    expect(stored(sandbox)).toEqual({ u1: uploaded });
  });

  it('are left out of CSV with a warning, unless they are selected', async () => {
    const { sandbox, miso } = await scene({ faults });
    const csv = await miso(['users', 'read', 'u1', '--format', 'csv']);
    expect(csv.stderr).toContain('lost in CSV');
    expect(csv.stderr).toContain('birth_year (1 record)');
    expect(csv.stderr).toContain('custom_attributes.deep (1 record)');
    expect(await miso(['users', 'upload', '--format', 'csv'], { stdin: csv.stdout })).toMatchObject({
      code: 0,
    });
    expect(stored(sandbox)).toEqual({ u1: uploaded });

    const asked = await miso(['users', 'read', 'u1', '--fields', 'user_id,birth_year']);
    expect(asked.stdout).toBe('{"user_id":"u1","_miso":{"birth_year":1980}}\n');
  });
});

describe('users read --format csv', () => {
  const records = [
    { user_id: '=1+1', name: '+49 30 123', description: "'=2", city: '@x', age: 7 },
    { user_id: '-5', name: '\tx', state: '\rx', custom_attributes: { plan: '=cmd()', n: -3, tags: ['=1'] } },
    { user_id: 'u1', name: "'quoted'", custom_attributes: { plan: 'pro', late: 'a,b' } },
  ];
  const formula = /^[=+\-@\t\r]/;

  it('writes text attributes into columns of their own, and can be uploaded again', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, records);
    const ids = records.map(({ user_id }) => user_id);
    const read = await miso(['users', 'read', '--format', 'csv'], {
      stdin: ids.map((id) => `${id}\n`).join(''),
    });
    expect(read).toMatchObject({ code: 0, stderr: '' });
    expect(read.stdout.split('\n')[0]).toMatch(
      /,custom_attributes\.plan,custom_attributes\.late,custom_attributes$/,
    );
    await expectReupload(read.stdout);
  });

  it('contains no formulas with --safe-csv, which upload reverts', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, records);
    const args = ['users', 'read', '--format', 'csv', '--safe-csv'];
    const read = await miso(args, { stdin: records.map(({ user_id }) => `${user_id}\n`).join('') });
    expect(read.code).toBe(0);
    const cells = (parse(read.stdout, { record_delimiter: '\n' }) as string[][]).flat();
    expect(cells.length).toBeGreaterThan(40);
    for (const cell of cells) expect(cell).not.toMatch(formula);
    await expectReupload(read.stdout);
  });

  async function expectReupload(csv: string): Promise<void> {
    const { sandbox, miso } = await scene();
    const { code, stderr } = await miso(['users', 'upload'], { stdin: csv });
    expect(code, stderr).toBe(0);
    expect(stored(sandbox)).toEqual(Object.fromEntries(records.map((record) => [record.user_id, record])));
  }
});

describe('users upload --safe-csv', () => {
  it('writes rejected records without formulas, which upload restores once they are fixed', async () => {
    const { sandbox, cwd, miso } = await scene();
    const rows = ['=1+1,x,@a,"=cmd(""x"")"', '-5,7,+b,plain', '+49,old,"@c,d",-e', '=short,7'];
    await writeFile(join(cwd, 'users.csv'), `user_id,age,name,=plan\n${rows.join('\n')}\n`);
    const first = await miso(['users', 'upload', 'users.csv', '--safe-csv']);
    expect(first.code).toBe(1);

    const text = await readFile(join(cwd, 'users.rejected.csv'), 'utf8');
    const table = parse(text, { relax_column_count: true }) as string[][];
    expect(table[0]).toEqual(['user_id', 'age', 'name', "'=plan", '_safe_csv', '_errors']);
    expect(table).toHaveLength(4);
    for (const cell of table.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);

    // Rejected again, and fixed then: the file keeps its marker.
    const again = await miso(['users', 'upload', 'users.rejected.csv']);
    expect(again.code).toBe(1);
    const fixed = text
      .replace(',x,', ',8,')
      .replace(',old,', ',9,')
      .replace(/^'=short,7.*$/m, "'=short,7,n,p,,");
    await writeFile(join(cwd, 'fixed.csv'), fixed);
    expect(await miso(['users', 'upload', 'fixed.csv'])).toMatchObject({ code: 0 });
    expect(stored(sandbox)).toEqual({
      '=1+1': { user_id: '=1+1', age: 8, name: '@a', custom_attributes: { '=plan': '=cmd("x")' } },
      '-5': { user_id: '-5', age: 7, name: '+b', custom_attributes: { '=plan': 'plain' } },
      '+49': { user_id: '+49', age: 9, name: '@c,d', custom_attributes: { '=plan': '-e' } },
      '=short': { user_id: '=short', age: 7, name: 'n', custom_attributes: { '=plan': 'p' } },
    });
  });
});
