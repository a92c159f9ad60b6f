import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { zstdFrame } from '../input/zstd-frame.ts';
import { type Files, scene, stored, writeAll } from './run.ts';

const table = 'user_id,name\nu-1,Zoë\nu-2,"two\nlines"\n';
const both = { 'u-1': { user_id: 'u-1', name: 'Zoë' }, 'u-2': { user_id: 'u-2', name: 'two\nlines' } };
const utf16 = Buffer.from(`\ufeff${table}`, 'utf16le');

describe('files that are read as they are', () => {
  it.each<[name: string, files: Files, args: readonly string[], expected: Record<string, unknown>]>([
    ['UTF-8 with a mark', { 'u.csv': `\ufeff${table}` }, ['u.csv'], both],
    ['UTF-16, either end first', { 'a.csv': utf16, 'b.csv': Buffer.from(utf16).swap16() }, ['*.csv'], both],
    [
      'another encoding, when it is named',
      { 'u.csv': Buffer.from(table, 'latin1') },
      ['u.csv', '--encoding', 'windows-1252'],
      both,
    ],
    [
      'gzip, zstd by content and brotli by name',
      { a: gzipSync(table), b: zstdFrame(Buffer.from(table)), 'c.csv.br': brotliCompressSync(table) },
      ['a', 'b', 'c.csv.br'],
      both,
    ],
    [
      'several files of different formats, and globs',
      {
        'in/a.tsv': 'user_id\tname\nu-1\tZoë\n',
        'in/b.json': '{"took":3,"data":[{"user_id":"u-2","name":"two\\nlines"}]}',
        'c.ndjson': '{"user_id":"u-3"}\r\n\r\n{"user_id":"u-4"}',
      },
      ['in/*', 'c.ndjson'],
      { ...both, 'u-3': { user_id: 'u-3' }, 'u-4': { user_id: 'u-4' } },
    ],
    [
      'columns that are shaped on the way',
      {
        'crm.csv':
          'Customer Id;joined;active;score;tags;extra;custom_attributes.plan\n 00042 ;2024-01-02 10:00:00+00;yes;1,5;a|b;junk;pro\n',
      },
      [
        ...['crm.csv', '--id', 'Customer Id', '--map', 'joined=created_at', '--set', 'country=FR'],
        ...['--type', 'active=boolean', '--type', 'tags=list', '--unknown', 'drop'],
      ],
      {
        ' 00042 ': {
          user_id: ' 00042 ',
          created_at: '2024-01-02T10:00:00+00:00',
          country: 'FR',
          custom_attributes: { active: true, tags: ['a', 'b'], plan: 'pro' },
        },
      },
    ],
    [
      'JSON that is converted when that is asked for',
      { 'u.ndjson': '{"user_id":7,"age":"42","created_at":"2024-01-02 10:00","plan":"pro"}\n' },
      ['u.ndjson', '--coerce', '--assume-utc', '--unknown', 'custom'],
      {
        7: { user_id: '7', age: 42, created_at: '2024-01-02T10:00:00Z', custom_attributes: { plan: 'pro' } },
      },
    ],
  ])('%s', async (_, files, args, expected) => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, files);
    const { code, stderr } = await miso(['users', 'upload', ...args]);
    expect(code, stderr).toBe(0);
    expect(stored(sandbox)).toEqual(expected);
  });

  it('in the shape that .mirorc describes', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, {
      'crm.csv': 'Customer Id,joined,tags,junk\n7,2024-01-02 10:00,a/b,x\n',
      '.mirorc': [
        'columns:',
        '  id: Customer Id',
        '  map: { joined: created_at }',
        '  set: { country: FR }',
        '  type: { tags: list }',
        '  listSeparator: /',
        '  unknown: drop',
        '  assumeUtc: true',
      ].join('\n'),
    });
    const { code, stderr } = await miso(['users', 'upload', 'crm.csv']);
    expect(code, stderr).toBe(0);
    expect(stored(sandbox)).toEqual({
      7: {
        user_id: '7',
        created_at: '2024-01-02T10:00:00Z',
        country: 'FR',
        custom_attributes: { tags: ['a', 'b'] },
      },
    });
  });
});

describe('a file that breaks off', () => {
  it('is stored up to that point, with exit code 5', async () => {
    const { sandbox, cwd, miso } = await scene();
    await writeFile(join(cwd, 'u.json'), '[{"user_id":"a"},{"user_id":"b"},{"user_id"');
    const { code, stdout } = await miso(['users', 'upload', 'u.json', '--json']);
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      records: { read: 2, uploaded: 2 },
      error: { code: 'ERR_INPUT' },
    });
    expect(sandbox.users.ids()).toEqual(['a', 'b']);
  });
});

describe('validate --json', () => {
  it('predicts how many calls the upload takes', async () => {
    const { sandbox, cwd, miso } = await scene();
    const lines = Array.from({ length: 250 }, (_, n) => `{"user_id":"u-${n}"}\n`);
    await writeFile(join(cwd, 'u.ndjson'), lines.join(''));
    const checked = JSON.parse((await miso(['users', 'validate', 'u.ndjson', '--json'])).stdout);
    await miso(['users', 'upload', 'u.ndjson']);
    expect(checked.requests).toMatchObject({ sent: 0, needed: 3 });
    expect(sandbox.stats.calls).toBe(3);
    expect(await readFile(join(cwd, 'u.ndjson'), 'utf8')).toBe(lines.join(''));
  });
});
