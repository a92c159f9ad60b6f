import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InputError, UsageError } from '../../src/errors.ts';
import { idLine } from '../../src/ids/id-line.ts';
import { readIds } from '../../src/ids/read-ids.ts';
import type { IdSource } from '../../src/ids/source.ts';
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
    defaultColumns: ['user_id'],
    isPlainList: false,
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
  it('on the command line are used unchanged', async () => {
    expect(await idsOf({ ids: oddIds })).toEqual(oddIds);
  });

  it.each([
    ['one per line', 'u1\n1e5\n 00042 \nlast', ['u1', '1e5', ' 00042 ', 'last']],
    ['one per line, with CRLF', 'u1\r\nu2\r\n', ['u1', 'u2']],
    ['an object where they have line breaks', '{"user_id":"a\\nb"}\nu2\n', ['a\nb', 'u2']],
    ['a column of CSV', 'name,user_id\nAnn,u1\nBo,"u,2"\n', ['u1', 'u,2']],
    ['a field of NDJSON', '{"user_id":"u1"}\n{"user_id":"u2","x":1}\n', ['u1', 'u2']],
    ['a list of JSON', '["u1","u2"]', ['u1', 'u2']],
    ['what users ids --json prints, as objects', '[{"user_id":"u1"}]', ['u1']],
  ])('come from standard input: %s', async (_, text, ids) => {
    expect(await idsOf({ text })).toEqual(ids);
    expect(await idsOf({ text, ids: ['-'] })).toEqual(ids);
  });

  it.each([
    ['Excel’s declaration', 'sep=y\nu2\n', ['sep=y', 'u2']],
    ['what could be a header', 'x;1\na,b\nu3\n', ['x;1', 'a,b', 'u3']],
    ['what could be a table of one column without rows', 'a,b\n', ['a,b']],
    ['a brace', '{x\n[y\n', ['{x', '[y']],
    ['a quote within', 'a"b\nu2\n', ['a"b', 'u2']],
    ['a provider and its id', 'email|5f3a\nsms|8c\n', ['email|5f3a', 'sms|8c']],
    ['blank lines before', '\n\r\nu1\n \nu2', ['u1', 'u2']],
    ['a quoted cell', '"a""b"\n"u2"\n', ['"a""b"', '"u2"']],
  ])('of a plain list are used unchanged: %s first', async (_, text, ids) => {
    expect(await idsOf({ text })).toEqual(ids);
    expect(await idsOf({ file: ['ids.txt', text] })).toEqual(ids);
  });

  it.each([
    'id',
    'user_id|5',
    'Customer Id',
    'ORC',
    '%PDF-1.4',
    'PAR1',
    '<html',
    '"id"',
    '\nid',
    '\ufeffid',
    ...oddIds,
  ])('that users ids writes are read back: %j', async (id) => {
    expect(await idsOf({ text: `${idLine(id, ['user_id'])}\nu2\n` })).toEqual([id, 'u2']);
    expect(idLine(id, ['user_id'])).not.toMatch(/[\r\n]/);
  });

  it('that users ids writes are read back, whatever they are', async () => {
    const piece = fc.constantFrom(
      'id',
      'user_id',
      'a',
      '7',
      ',',
      ';',
      '|',
      '"',
      '\\',
      '{',
      '[',
      ' ',
      '\n',
      '\r',
      'sep=',
      '\ud83d',
      '\ude00',
    );
    const id = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary', minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(id, { minLength: 1, maxLength: 5 }), async (list) => {
        expect(await idsOf({ text: list.map((one) => `${idLine(one, ['user_id'])}\n`).join('') })).toEqual(
          list,
        );
      }),
    );
  });

  it.each([
    'u1',
    '1e5',
    'a b',
    'a,b',
    '"u1"',
    ' u',
    'id',
    'sep=x',
    'ann@example.com',
    'auth0|5f',
    '😀',
    "it's",
  ])('are written unchanged: %s', (id) => {
    expect(idLine(id, ['user_id'])).toBe(id);
  });

  it('come from the column that is named', async () => {
    expect(await idsOf({ file: ['a.csv', 'Customer,user_id\nc1,u1\n'], column: 'Customer' })).toEqual(['c1']);
    expect(await idsOf({ text: '{"cid":"c1"}\n', column: 'cid' })).toEqual(['c1']);
  });

  it.each([
    ['a CSV without such a column', { file: ['a.csv', 'id\nu1\n'] as [string, string] }, UsageError],
    ['an empty cell', { text: 'user_id,name\n,x\n' }, InputError],
    ['a number', { text: '{"user_id":7}\n' }, InputError],
    ['an object without it', { text: '{"id":"u1"}\n{"id":"u2"}\n' }, InputError],
    ['a ragged row', { text: 'user_id,name\nu1\n' }, InputError],
    ['an empty id', { ids: ['a', ''] }, UsageError],
    ['ids and a file', { ids: ['a'], file: ['a.txt', 'u1\n'] as [string, string] }, UsageError],
  ])('are never guessed at: %s', async (_, given, type) => {
    await expect(idsOf(given)).rejects.toBeInstanceOf(type);
  });

  it.each([
    ['a word that could be a header', 'id\nu1\n', ['id', 'u1']],
    ['an e-mail column without other columns', 'email\nann@example.com\n', ['email', 'ann@example.com']],
    ['quotes', '"u-1"\n"a""b"\n"\n', ['"u-1"', '"a""b"', '"']],
    ['delimiters on every line', 'u1,Ann\nu2,Bo\n', ['u1,Ann', 'u2,Bo']],
    ['an equals sign', 'sep=;\na=b\n', ['sep=;', 'a=b']],
    ['white space', ' u1 \n\tu2\n\n', [' u1 ', '\tu2']],
    ['brackets', '[1]x\n{x\n', ['[1]x', '{x']],
  ])('of a plain list are its lines, unchanged: %s', async (_, text, ids) => {
    expect(await idsOf({ text })).toEqual(ids);
    expect(await idsOf({ file: ['ids.txt', text] })).toEqual(ids);
  });

  it('of a plain list may be objects', async () => {
    expect(await idsOf({ text: 'u1\n{"user_id":"a\\nb","name":"x"}\nu2\n' })).toEqual(['u1', 'a\nb', 'u2']);
  });

  it('with --from-format list are its lines, even below a header', async () => {
    const list = { file: ['a.csv', 'user_id\n{"user_id":"x"}\n'] as [string, string], isPlainList: true };
    expect(await idsOf(list)).toEqual(['user_id', '{"user_id":"x"}']);
  });

  it.each([
    ['a CSV without the column', { file: ['a.csv', 'id\nu1\n'] as [string, string] }, 'a.csv, line 1: '],
    ['an object without the field', { text: 'u1\n{"id":"u2"}\n' }, '<stdin>, line 2: no user_id.'],
    ['a number', { text: 'u1\n{"user_id":7}\n' }, '<stdin>, line 2: expected an id as text, found 7.'],
    ['invalid JSON', { text: 'u1\n{"user_id":\n' }, '<stdin>, line 2: invalid JSON.'],
    [
      'an empty cell',
      { file: ['a.csv', 'x,user_id\n1,u1\n2,\n'] as [string, string] },
      'a.csv, line 3: no user_id.',
    ],
    ['a ragged row', { file: ['a.csv', 'x,user_id\n1\n'] as [string, string] }, 'a.csv, line 2: '],
  ])('that are missing are reported with file and line: %s', async (_, given, start) => {
    const error = await idsOf(given).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain(start);
  });

  it('of a file in another format get a hint with the right option', async () => {
    const error = await idsOf({ file: ['a.csv', '[{"user_id":"u1"}]'] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ hint: expect.stringContaining('--from-format json') });
  });

  it('are required', async () => {
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    await expect(idsOf({ stdin })).rejects.toThrow('No ids specified.');
  });
});
