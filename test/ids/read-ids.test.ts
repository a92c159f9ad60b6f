import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InputError, UsageError } from '../../src/errors.ts';
import { type IdSource, readIds } from '../../src/ids/read-ids.ts';
import { oddIds } from '../delete/odd-ids.ts';

async function idsOf(given: Partial<IdSource> & { text?: string; file?: [name: string, text: string] }) {
  const cwd = await mkdtemp(join(tmpdir(), 'miso-ids-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const { text = '', file, ...rest } = given;
  if (file) await writeFile(join(cwd, file[0]), file[1]);
  const source: IdSource = {
    ids: [],
    from: file?.[0],
    column: undefined,
    read: {},
    stdin: Readable.from(text === '' ? [] : [Buffer.from(text)]),
    cwd,
    ...rest,
  };
  const ids: string[] = [];
  for await (const some of readIds(source, () => {})) ids.push(...some);
  return ids;
}

describe('ids', () => {
  it('on the command line are taken to the letter', async () => {
    expect(await idsOf({ ids: oddIds })).toEqual(oddIds);
  });

  it.each([
    ['one a line', 'u1\n1e5\n 00042 \nlast', ['u1', '1e5', ' 00042 ', 'last']],
    ['one a line, with CRLF', 'u1\r\nu2\r\n', ['u1', 'u2']],
    ['quoted as JSON where they have line breaks', '"a\\nb"\nu2\n', ['a\nb', 'u2']],
    ['a column of CSV', 'name,user_id\nAnn,u1\nBo,"u,2"\n', ['u1', 'u,2']],
    ['a field of NDJSON', '{"user_id":"u1"}\n{"user_id":"u2","x":1}\n', ['u1', 'u2']],
    ['a list of JSON', '["u1","u2"]', ['u1', 'u2']],
    ['what users ids --json prints, as objects', '[{"user_id":"u1"}]', ['u1']],
  ])('come from standard input: %s', async (_, text, ids) => {
    expect(await idsOf({ text })).toEqual(ids);
    expect(await idsOf({ text, ids: ['-'] })).toEqual(ids);
  });

  it('come from the column that is named', async () => {
    expect(await idsOf({ file: ['a.csv', 'Customer,user_id\nc1,u1\n'], column: 'Customer' })).toEqual(['c1']);
    expect(await idsOf({ text: '{"cid":"c1"}\n', column: 'cid' })).toEqual(['c1']);
  });

  it.each([
    ['a CSV without such a column', { file: ['a.csv', 'id\nu1\n'] as [string, string] }, UsageError],
    ['a table of several columns without user_id', { text: 'id,name\nu1,x\n' }, UsageError],
    ['an empty cell', { text: 'user_id,name\n,x\n' }, InputError],
    ['a number', { text: '{"user_id":7}\n' }, InputError],
    ['an object without it', { text: '{"id":"u1"}\n{"id":"u2"}\n' }, InputError],
    ['a ragged row', { text: 'user_id,name\nu1\n' }, InputError],
    ['an empty id', { ids: ['a', ''] }, UsageError],
    ['ids and a file', { ids: ['a'], file: ['a.txt', 'u1\n'] as [string, string] }, UsageError],
  ])('are never guessed at: %s', async (_, given, type) => {
    await expect(idsOf(given)).rejects.toBeInstanceOf(type);
  });

  it('are asked for where nobody types any', async () => {
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    await expect(idsOf({ stdin })).rejects.toThrow('No ids were given.');
  });
});
