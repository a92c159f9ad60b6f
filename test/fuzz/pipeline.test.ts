import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exitCodeOf, exitCodes } from '../../src/errors.ts';
import type { UploadResult } from '../../src/upload/run.ts';
import { scene as commandScene, run } from '../cli/run.ts';
import { reading } from '../input/reading.ts';
import { check, chunkLengths, inScene } from './scene.ts';

const goodFiles: readonly { readonly name: string; readonly content: Buffer }[] = [
  {
    name: 'users.csv',
    content: Buffer.from(
      'user_id,name,age,created_at,plan\nu-1,"Ann ""A""",31,2024-01-02,pro\r\nu-2,"two\nlines",,,\nu-3,Ü,7,,free\nu-1,last,8,2024-01-02 10:00:00+00,\n',
    ),
  },
  {
    name: 'users.tsv',
    content: Buffer.from('user_id\tname\ncustom\t😀\n00042\t"a\tb"\n1.23E+15\t ö \n'),
  },
  {
    name: 'users.json',
    content: Buffer.from(
      '{"next":null,"data":[{"user_id":"u-1","age":31},\n {"user_id":"u-2","custom_attributes":{"tags":["a","b"],"n":1.5}}],"took":3}',
    ),
  },
  {
    name: 'list.json',
    content: Buffer.from(
      '[{"user_id":"u-1","name":"\\ud83d\\ude00"},\n{"user_id":"u-2","x":9007199254740993}\n]\n',
    ),
  },
  {
    name: 'users.ndjson',
    content: Buffer.from(
      '{"user_id":"u-1","name":"a"}\r\n\n{"user_id":"u-2","custom_attributes":{"a":null}}\n{"user_id":"u-3"}',
    ),
  },
  { name: 'wide.csv', content: Buffer.from('\ufeffuser_id,name\nu-1,ä\nu-2,b\n', 'utf16le') },
  { name: 'users.csv.gz', content: gzipSync('user_id,name\nu-1,a\nu-2,b\nu-3,c\n') },
];

type Mutation = (content: Buffer, places: readonly [number, number], bytes: Buffer) => Buffer;

/** Ways to damage files: each gets a part of the file, and some bytes. */
const mutations: Readonly<Record<string, Mutation>> = {
  cut: (content, [from]) => content.subarray(0, from),
  beheaded: (content, [from]) => content.subarray(from),
  flipped: (content, [from], bytes) => {
    const copy = Buffer.from(content);
    if (from < copy.length) copy[from]! ^= 1 << ((bytes[0] ?? 0) % 8);
    return copy;
  },
  inserted: (content, [from], bytes) =>
    Buffer.concat([content.subarray(0, from), bytes, content.subarray(from)]),
  removed: (content, [from, to]) => Buffer.concat([content.subarray(0, from), content.subarray(to)]),
  duplicated: (content, [from, to]) => Buffer.concat([content.subarray(0, to), content.subarray(from)]),
  doubled: (content) => Buffer.concat([content, content]),
};

const insertions = fc.oneof(
  fc
    .constantFrom(
      '"',
      ',',
      '\n',
      '\r',
      '\0',
      '{',
      '}',
      '[',
      ']',
      ':',
      '\\',
      '\x1f\x8b',
      '\xff\xfe',
      'PK\x03\x04',
    )
    .map((text) => Buffer.from(text, 'latin1')),
  fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
);

const damaged = fc
  .tuple(
    fc.constantFrom(...goodFiles),
    fc.array(
      fc.tuple(
        fc.constantFrom(...Object.keys(mutations)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        insertions,
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([{ name, content }, steps]) => {
    const mutated = steps.reduce((before, [mutation, one, other, bytes]) => {
      const places = [one, other].sort((a, b) => a - b).map((share) => Math.floor(share * before.length));
      return mutations[mutation]!(before, [places[0]!, places[1]!], bytes);
    }, content);
    return { name, content: mutated };
  });

const names = fc.constantFrom(
  'x',
  'x.csv',
  'x.tsv',
  'x.json',
  'x.ndjson',
  'x.csv.gz',
  'x.json.br',
  'x.csv.zst',
);
const arbitrary = fc
  .tuple(names, fc.uint8Array({ maxLength: 200 }))
  .map(([name, bytes]) => ({ name, content: Buffer.from(bytes) }));

const files = fc.oneof({ weight: 4, arbitrary: damaged }, { weight: 1, arbitrary });

/** What is true of every upload, for any input. */
function expectSound({ summary, error }: UploadResult, stored: Record<string, unknown>): void {
  const { read, uploaded, rejected, superseded, skipped } = summary.records;
  expect(uploaded + rejected + superseded + skipped).toBe(read);
  expect(Object.keys(stored)).toHaveLength(uploaded);
  const usual: readonly number[] = [exitCodes.ok, exitCodes.partial, exitCodes.usage, exitCodes.input];
  expect(usual, String(error)).toContain(summary.exitCode);
  if (error !== undefined) expect(exitCodeOf(error)).toBe(summary.exitCode);
  else expect(summary.exitCode).toBe(rejected > 0 ? exitCodes.partial : exitCodes.ok);
  expect(summary.errors.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(rejected);
}

describe('an upload of any file', () => {
  test('ends with a documented exit code, and every record has one outcome', () =>
    check(
      fc.asyncProperty(files, ({ name, content }) =>
        inScene(async ({ write, upload, stored }) => {
          await write(name, content);
          const result = await upload([name]);
          expectSound(result, stored());
          // Counted separately, by the reader alone: nothing that it found may be lost later.
          const { records } = await reading(content, { path: name });
          const refused = result.summary.exitCode === exitCodes.usage;
          expect(result.summary.records.read).toBe(refused ? 0 : records.length);
        }),
      ),
      60,
    ));

  test('ends the same whether it comes as a file or as a stream in any pieces', () =>
    check(
      fc.asyncProperty(files, chunkLengths, async ({ name, content }, lengths) => {
        const ends: unknown[] = [];
        const end = ({ summary }: UploadResult, stored: unknown) => {
          const { records, exitCode, errors } = summary;
          const told = errors.map(({ field, reason, count }) => ({ field, reason, count }));
          ends.push({ records, exitCode, told, stored });
        };
        const read = { format: 'ndjson' } as const;
        await inScene(async ({ write, upload, stored }) => {
          await write(name, content);
          end(await upload([name], { read }), stored());
        });
        await inScene(async ({ uploadStream, stored }) => {
          end(await uploadStream(content, lengths, { read }), stored());
        });
        if (!name.endsWith('.br')) expect(ends[1]).toEqual(ends[0]);
      }),
      15,
    ));

  test('also runs as the command', async () => {
    const { cwd, env } = await commandScene();
    await check(
      fc.asyncProperty(files, async ({ content }) => {
        const { code, signal, stdout, stderr } = await run(['users', 'upload', '-', '--json'], {
          cwd,
          env,
          stdin: content,
        });
        expect({ signal, ok: [0, 1, 2, 5].includes(code ?? -1) }, stderr).toEqual({ signal: null, ok: true });
        const { records, exitCode } = JSON.parse(stdout);
        expect(exitCode).toBe(code);
        expect(records.uploaded + records.rejected + records.superseded + records.skipped).toBe(records.read);
      }),
      4,
      0.01,
    );
  });
});
