import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openInput } from '../../src/input/open.ts';
import { resolveInputs } from '../../src/input/resolve.ts';
import type { SourceRecord } from '../../src/input/source.ts';
import { isLinux, isWindows } from '../platform.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'miso-open-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const rows = Array.from({ length: 50_000 }, (_, at) => `${at},name ${at}\n`).join('');
const content = Buffer.from(`id,name\n${rows}`);

async function refOf(name: string, bytes: Buffer) {
  await writeFile(join(cwd, name), bytes);
  return await only(name);
}

async function only(name: string, stdin: Readable = Readable.from([])) {
  const { inputs } = await resolveInputs([name], { stdin, cwd });
  return inputs[0]!;
}

/** The files below the working directory that this process has open. */
async function openFiles(): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((path) => path.startsWith(cwd));
}

async function all(records: AsyncIterable<SourceRecord[]>): Promise<SourceRecord[]> {
  const found: SourceRecord[] = [];
  for await (const some of records) found.push(...some);
  return found;
}

describe.each([
  ['users.csv', content],
  ['users.csv.gz', gzipSync(content)],
])('an opened %s', (name, bytes) => {
  test('is described before its records are read', async () => {
    const opened = await openInput(await refOf(name, bytes), {});
    expect(opened.file).toEqual({
      ...{ index: 0, path: name, format: 'csv', encoding: 'utf-8' },
      ...(name.endsWith('.gz') ? { compression: 'gzip' } : {}),
      table: { columns: ['id', 'name'], raw: 'id,name', delimiter: ',' },
    });
    await opened.close();
  });

  test('shows each raw byte once and in order, and how many were read', async () => {
    const hash = createHash('sha256');
    const opened = await openInput(await refOf(name, bytes), {}, { onBytes: (raw) => hash.update(raw) });
    expect(await all(opened.records())).toHaveLength(50_000);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(opened.bytesRead()).toBe(bytes.length);
    expect(await openFiles()).toEqual([]);
  });

  test.skipIf(!isLinux)('keeps no file open once it is closed unread', async () => {
    const opened = await openInput(await refOf(name, bytes), {});
    expect(await openFiles()).toHaveLength(1);
    await opened.close();
    expect(await openFiles()).toEqual([]);
  });

  test('keeps no file open once its reader leaves the loop', async () => {
    const opened = await openInput(await refOf(name, bytes), {});
    for await (const some of opened.records()) {
      expect(some.length).toBeGreaterThan(100);
      break;
    }
    expect(await openFiles()).toEqual([]);
    await opened.close();
  });

  test('reads no further than its reader asks for', async () => {
    const opened = await openInput(await refOf(name, Buffer.concat([bytes, bytes, bytes])), {
      format: 'csv',
    });
    await opened.records().next();
    const before = opened.bytesRead();
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened.bytesRead()).toBe(before);
    await opened.close();
  });
});

test('an input that is refused at its start keeps no file open', async () => {
  const ref = await refOf('users.csv', Buffer.from('%PDF-1.4'));
  await expect(openInput(ref, {})).rejects.toThrow('users.csv is a PDF');
  expect(await openFiles()).toEqual([]);
});

test('standard input is read as a stream', async () => {
  const opened = await openInput(
    await only('-', Readable.from([Buffer.from('id\n'), Buffer.from('1\n')])),
    {},
  );
  expect(opened.file).toMatchObject({ path: '<stdin>', format: 'csv' });
  expect(await all(opened.records())).toMatchObject([{ line: 2, cells: ['1'] }]);
});

test('standard input that waits for more can be closed', async () => {
  const stdin = new PassThrough();
  stdin.write('id\n'.repeat(100_000));
  const opened = await openInput(await only('-', stdin), {});
  const reading = all(opened.records());
  reading.catch(() => undefined);
  await opened.close();
  expect(stdin.destroyed).toBe(true);
});

test.skipIf(isWindows)('a pipe is read as a stream', async () => {
  await promisify(execFile)('mkfifo', [join(cwd, 'pipe')]);
  const ref = await only('pipe');
  const writing = writeFile(join(cwd, 'pipe'), content);
  const opened = await openInput(ref, {});
  expect(await all(opened.records())).toHaveLength(50_000);
  await writing;
});

test('a read that fails on the way ends the records with its reason', async () => {
  const stdin = Readable.from(
    (async function* () {
      yield Buffer.from('id\n1\n'.padEnd(100_000, '2\n'));
      throw new Error('connection lost');
    })(),
  );
  const opened = await openInput(await only('-', stdin), {});
  await expect(all(opened.records())).rejects.toThrow(
    '<stdin> could not be read to its end (connection lost).',
  );
});
