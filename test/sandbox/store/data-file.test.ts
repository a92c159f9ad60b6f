import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { startSandbox } from '../../../src/sandbox/http/server.ts';
import { Store } from '../../../src/sandbox/store/store.ts';
import { isWindows, modeOf } from '../../platform.ts';
import { call, start, upload } from '../start.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'miso-sandbox-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function filled(data: string): Promise<void> {
  const sandbox = await startSandbox({ data });
  await upload(sandbox, [
    { user_id: 'a', name: 'line\u2028separator\n', custom_attributes: { score: 1 } },
    { user_id: 'b' },
    { user_id: 'c' },
  ]);
  await upload(sandbox, [{ user_id: 'b', name: 'second' }]);
  await call(sandbox, 'POST', '/v1/users/_delete', { data: { user_ids: ['c', 'unknown'] } });
  await sandbox.close();
}

const users = [
  ['a', { user_id: 'a', name: 'line\u2028separator\n', custom_attributes: { score: 1 } }],
  ['b', { user_id: 'b', name: 'second' }],
];

it('keeps users across restarts', async () => {
  const data = join(await folder(), 'users.data');
  await filled(data);
  for (const _ of [1, 2]) {
    const sandbox = await startSandbox({ data });
    expect([...sandbox.users.entries()]).toEqual(users);
    await sandbox.close();
  }
});

it('keeps attribute types and the existence of the data set when all users are deleted', async () => {
  const data = join(await folder(), 'users.data');
  await filled(data);
  const second = await startSandbox({ data });
  await call(second, 'POST', '/v1/users/_delete', { data: { user_ids: ['a', 'b'] } });
  await second.close();
  const rewritten = await startSandbox({ data });
  await rewritten.close();
  const sandbox = await start({ data });
  expect((await call(sandbox, 'GET', '/v1/users/_ids')).status).toBe(200);
  expect(
    (await upload(sandbox, [{ user_id: 'x', custom_attributes: { score: 'text' } }])).body,
  ).toMatchObject({ errors: true });
});

it('writes while it runs, so that little is lost in a kill', async () => {
  const data = join(await folder(), 'users.data');
  const sandbox = await start({ data });
  await upload(sandbox, [{ user_id: 'a' }]);
  await expect.poll(() => readFile(data, 'utf8')).toContain('{"put":{"user_id":"a"}}\n');
});

it('drops a last line that was cut off, and continues', async () => {
  const data = join(await folder(), 'users.data');
  await filled(data);
  await appendFile(data, '{"put":{"user_id":"d","na');
  const torn = await startSandbox({ data });
  await upload(torn, [{ user_id: 'e' }]);
  await torn.close();
  const sandbox = await start({ data });
  expect(sandbox.users.ids()).toEqual(['a', 'b', 'e']);
});

it('compacts the file at each start, readable by its owner only', async () => {
  const path = await folder();
  const data = join(path, 'users.data');
  await filled(data);
  const before = (await stat(data)).size;
  await (await startSandbox({ data })).close();
  expect((await stat(data)).size).toBeLessThan(before);
  expect(await modeOf(data)).toBe(0o600);
  expect(await readdir(path)).toEqual(['users.data']);
});

it.each([
  ['another file', 'user_id,name\n1,Ann\n', 'is not a data file of the sandbox'],
  ['another file of one unfinished line', 'user_id,name', 'is not a data file of the sandbox'],
  [
    'a damaged file',
    '{"misoSandbox":1}\n{"put":{"user_id":"a"}}\n{"put":{"user\n{"delete":"a"}\n',
    'is damaged in line 3',
  ],
  ['a file with foreign lines', '{"misoSandbox":1}\n{"put":5}\n', 'is damaged in line 2'],
])('refuses %s, and does not change it', async (_, text, message) => {
  const data = join(await folder(), 'users.data');
  await writeFile(data, text);
  const started = startSandbox({ data });
  await expect(started).rejects.toThrow(UsageError);
  await expect(started).rejects.toThrow(message);
  expect(await readFile(data, 'utf8')).toBe(text);
});

it('starts with an empty file, and refuses a folder', async () => {
  const path = await folder();
  await writeFile(join(path, 'empty'), '');
  expect((await start({ data: join(path, 'empty') })).users.size).toBe(0);
  await expect(startSandbox({ data: path })).rejects.toThrow(UsageError);
  await expect(startSandbox({ data: join(path, 'no', 'such', 'folder') })).rejects.toThrow(
    'cannot be written',
  );
});

it('loses nothing when started twice on the same port', async () => {
  const data = join(await folder(), 'users.data');
  const sandbox = await startSandbox({ data });
  await upload(sandbox, [{ user_id: 'a' }]);
  await expect(startSandbox({ data, port: sandbox.port })).rejects.toThrow('already in use');
  await upload(sandbox, [{ user_id: 'b' }]);
  await sandbox.close();
  expect((await start({ data })).users.ids()).toEqual(['a', 'b']);
});

// Windows does not replace an open file, so that the other sandbox cannot start.
it.skipIf(isWindows)('stops accepting records once another sandbox uses its file', async () => {
  const data = join(await folder(), 'users.data');
  const first = await startSandbox({ data });
  await start({ data });
  await upload(first, [{ user_id: 'a' }]);
  await expect.poll(async () => (await upload(first, [{ user_id: 'b' }])).status).toBe(500);
  expect((await call(first, 'DELETE', '/v1/users/b')).status).toBe(500);
  await expect(first.close()).rejects.toThrow('another sandbox is using it');
});

it('reports that it cannot write instead of losing users silently', async () => {
  const store = new Store();
  await store.persistTo(join(await folder(), 'users.data'));
  expect(store.failure).toBeUndefined();
  await store.close();
  store.put([{ id: 'a', json: '{"user_id":"a"}' }]);
  await expect.poll(() => store.failure?.message).toContain('cannot be written');
});
