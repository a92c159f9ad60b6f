import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { resolveInputs } from '../../src/input/resolve.ts';
import { isWindows } from '../platform.ts';

let cwd: string;
const stdin = Readable.from([]);

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'miso-resolve-'));
  await mkdir(join(cwd, 'data'));
  for (const name of ['b.csv', 'a.csv', 'data/c.csv', 'data/d.json', 'odd[1].csv']) {
    await writeFile(join(cwd, name), `${name}\n`);
  }
});
afterEach(() => rm(cwd, { recursive: true }));

const paths = async (...args: string[]) =>
  (await resolveInputs(args, { stdin, cwd })).inputs.map(({ path }) => path);
const failure = (...args: string[]) =>
  resolveInputs(args, { stdin, cwd }).then(
    () => expect.unreachable(),
    (error: unknown) => error as UsageError,
  );

describe('inputs', () => {
  test('are files as they were written, with place, size and time', async () => {
    const { inputs, warnings } = await resolveInputs(['b.csv', './data/c.csv'], { stdin, cwd });
    expect(warnings).toEqual([]);
    expect(inputs).toEqual([
      { index: 0, path: 'b.csv', absolute: join(cwd, 'b.csv'), size: 6, mtimeMs: expect.any(Number) },
      {
        index: 1,
        path: './data/c.csv',
        absolute: join(cwd, 'data/c.csv'),
        size: 11,
        mtimeMs: expect.any(Number),
      },
    ]);
  });

  test.each([[[]], [['-']], [['/dev/stdin']]])('of %j are standard input', async (args) => {
    const { inputs } = await resolveInputs(args, { stdin, cwd });
    expect(inputs).toEqual([{ index: 0, path: '<stdin>', stdin }]);
  });

  test('of a glob are in the order of their names', async () => {
    expect(await paths('?.csv')).toEqual(['a.csv', 'b.csv']);
    expect(await paths('**/*.{csv,json}')).toEqual([
      'a.csv',
      'b.csv',
      join('data', 'c.csv'),
      join('data', 'd.json'),
      'odd[1].csv',
    ]);
    expect(await paths(join(cwd, 'data', '*.csv'))).toEqual([join(cwd, 'data/c.csv')]);
    expect(await paths('./data/../[a]*.csv')).toEqual(['a.csv']);
  });

  test('of a name with glob characters that exists are that file', async () => {
    expect(await paths('odd[1].csv')).toEqual(['odd[1].csv']);
  });

  test.skipIf(isWindows)('that are named twice are read once, with a warning', async () => {
    await symlink('a.csv', join(cwd, 'soft.csv'));
    await link(join(cwd, 'a.csv'), join(cwd, 'hard.csv'));
    const { inputs, warnings } = await resolveInputs(
      ['a.csv', './a.csv', 'a.csv', 'soft.csv', 'hard.csv', '-', '-'],
      {
        stdin,
        cwd,
      },
    );
    expect(inputs.map(({ index, path }) => [index, path])).toEqual([
      [0, 'a.csv'],
      [1, '<stdin>'],
    ]);
    expect(warnings).toEqual([
      './a.csv is the same file as a.csv; it is read once.',
      'a.csv is given twice; it is read once.',
      'soft.csv is the same file as a.csv; it is read once.',
      'hard.csv is the same file as a.csv; it is read once.',
      '<stdin> is given twice; it is read once.',
    ]);
  });

  test.skipIf(isWindows)('may be pipes, which have neither size nor time', async () => {
    await promisify(execFile)('mkfifo', [join(cwd, 'pipe')]);
    const { inputs } = await resolveInputs(['pipe'], { stdin, cwd });
    expect(inputs).toEqual([{ index: 0, path: 'pipe', absolute: join(cwd, 'pipe') }]);
  });
});

describe('what cannot be an input', () => {
  test.each<readonly [string, string, string | undefined]>([
    ['a.cvs', 'No such file: a.cvs.', 'Did you mean a.csv?'],
    ['data/c.cs', 'No such file: data/c.cs.', 'Did you mean c.csv?'],
    [
      'quite-another.csv',
      'No such file: quite-another.csv.',
      'Check the spelling and the working directory.',
    ],
    ['a.csv/x', 'No such file: a.csv/x.', 'The folder'],
    ['data', 'data is a folder, not a file.', 'for example "data/*.csv"'],
    ['*.xml', 'No file matches *.xml.', 'Searched in'],
    ['', 'A file name is empty.', 'Specify a file'],
    ...(isWindows
      ? []
      : [
          [
            `${'x'.repeat(300)}.csv`,
            `${'x'.repeat(300)}.csv cannot be read (ENAMETOOLONG).`,
            undefined,
          ] as const,
        ]),
  ])('%s', async (arg, message, hint) => {
    const error = await failure(arg);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(message);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });

  test('does not match a file that only has the same extension', async () => {
    await writeFile(join(cwd, 'semi.csv'), '');
    expect((await failure('users.csv')).hint).toBe('Check the spelling and the working directory.');
    expect((await failure('sem.csv')).hint).toBe('Did you mean semi.csv?');
  });
});
