import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ApiClient } from '../../src/api/client.ts';
import type { ClientOptions } from '../../src/api/client-options.ts';
import { ApiError } from '../../src/api/reply.ts';
import { UnavailableError, UsageError } from '../../src/errors.ts';
import { certificate, httpsServer, openTunnel, tcpServer } from '../cli/network.ts';
import { start, startWithFaults } from '../sandbox/start.ts';

const users = [{ user_id: 'u1', name: 'Ann', custom_attributes: { plan: 'pro' } }, { user_id: 'u 2/ü' }];

async function client(options = {}) {
  const sandbox = await start();
  return { sandbox, ...new ApiClient(sandbox.key, { host: `${sandbox.url}/`, ...options }) };
}

describe('the client', () => {
  it('uploads, reads, lists and deletes, and returns errors, message and data', async () => {
    const { user, sandbox } = await client();
    const uploaded = await user.upload(users);
    expect(uploaded).toEqual({ errors: false, message: 'success', data: { task_id: expect.any(String) } });
    expect(await user.read('u 2/ü')).toEqual({ errors: false, message: 'success', data: users[1] });
    const listed = await user.ids();
    expect(listed.errors === false && listed.data.ids.sort()).toEqual(['u 2/ü', 'u1']);
    expect(await user.status((uploaded.data as { task_id: string }).task_id)).toMatchObject({
      errors: false,
    });
    expect(await user.delete('u1')).toMatchObject({ errors: false, message: 'deleted' });
    expect(await user.deleteMany(['u 2/ü', 'nobody'])).toMatchObject({ errors: false });
    expect(sandbox.users.size).toBe(0);
  });

  it('accepts the body of the call as well as the list', async () => {
    const { user, sandbox } = await client();
    await user.upload({ data: users }, { dryRun: true });
    expect(sandbox.users.size).toBe(0);
    await user.upload({ data: users }, { async: true });
    expect(sandbox.users.size).toBe(2);
  });

  it("returns Miso's errors, one line for each", async () => {
    const { user } = await client();
    const reply = await user.upload([{ user_id: 'u1', age: 'old' as unknown as number }]);
    expect(reply).toMatchObject({ errors: true, data: [expect.stringMatching(/^data\.0\.age/)] });
    expect(await user.read('nobody')).toEqual({ errors: true, message: 'not found', data: [] });
  });

  it('throws them with raiseOnError', async () => {
    const { user } = await client({ raiseOnError: true });
    const failure = user.read('nobody');
    await expect(failure).rejects.toBeInstanceOf(ApiError);
    await expect(failure).rejects.toMatchObject({ reply: { errors: true, message: 'not found' } });
  });

  it('has no ids while there is no data set', async () => {
    const { user } = await client();
    expect(await user.ids()).toMatchObject({ errors: false, data: { ids: [] } });
  });

  it('returns the refusal of a key for each call', async () => {
    const sandbox = await start({ key: 'right' });
    const { user } = new ApiClient('wrong', { host: sandbox.url });
    expect(await user.ids()).toMatchObject({ errors: true, message: 'invalid api key.' });
    expect(await user.ids()).toMatchObject({ errors: true, message: 'invalid api key.' });
    expect(sandbox.stats.calls).toBe(2);
  });

  it('works after a call was refused', async () => {
    const sandbox = await startWithFaults([{ do: 'status', status: 403, on: 'read', first: 1 }]);
    const { user } = new ApiClient('key', { host: sandbox.url });
    await user.upload(users);
    expect(await user.read('u1')).toMatchObject({ errors: true });
    expect(await user.read('u1')).toMatchObject({ errors: false, data: users[0] });
  });

  it.each<[keyof ClientOptions, unknown]>([
    ['requestsPerSecond', 0],
    ['requestsPerSecond', -1],
    ['requestsPerSecond', Number.NaN],
    ['requestsPerSecond', Number.POSITIVE_INFINITY],
    ['retries', Number.NaN],
    ['retries', -1],
    ['retries', 1.5],
    ['timeout', 0],
    ['timeout', Number.NaN],
    ['timeout', 2 ** 31],
    ['concurrency', 0],
    ['concurrency', 2.5],
    ['concurrency', '8'],
  ])('refuses %s: %s, by name', (name, value) => {
    expect(() => new ApiClient('key', { [name]: value })).toThrow(UsageError);
    expect(() => new ApiClient('key', { [name]: value })).toThrow(`${name}: expected`);
  });

  it('refuses unknown options and options of another type', () => {
    const create = (options: unknown) => new ApiClient('key', options as never);
    expect(() => create({ server: 'https://miso.test' })).toThrow('ApiClient: unknown option "server"');
    expect(() => create({ raise_on_error: 'no' })).toThrow('raise_on_error: expected true or false');
    expect(() => create(null)).toThrow('expected an object of options, found null');
    expect(() => create('https://miso.test')).toThrow('found a string');
  });

  it('does not store with dry_run, as in Python', async () => {
    const { user, sandbox } = await client();
    expect(await user.upload(users, { dry_run: true })).toMatchObject({ errors: false });
    expect(sandbox.users.size).toBe(0);
  });

  it('throws when the server gives up', async () => {
    const sandbox = await startWithFaults([{ do: 'status', status: 500 }]);
    const { user } = new ApiClient('key', { host: sandbox.url, retries: 0 });
    await expect(user.upload(users)).rejects.toBeInstanceOf(UnavailableError);
    expect(sandbox.stats.calls).toBe(1);
  });

  it.each(['', '.', '..', '_ids', '_delete', '_status', '\ud800', 'x'.repeat(513)])(
    'sends nothing for the id %j, which cannot be part of a path',
    async (id) => {
      const { user, sandbox } = await client();
      await expect(user.read(id)).rejects.toBeInstanceOf(UsageError);
      expect(sandbox.stats.calls).toBe(0);
    },
  );

  it('deletes ids that cannot be part of a path, in the body', async () => {
    const { user, sandbox } = await client();
    await user.upload([{ user_id: '.' }, { user_id: '..' }, { user_id: 'keep' }]);
    await user.delete('.');
    await user.delete('..');
    expect([...sandbox.users.ids()]).toEqual(['keep']);
  });

  it('deletes at most a thousand ids in a call', async () => {
    const { user, sandbox } = await client();
    const ids = Array.from({ length: 1001 }, (_, n) => `u${n}`);
    await expect(user.deleteMany(ids)).rejects.toBeInstanceOf(UsageError);
    await user.deleteMany(ids.slice(1));
    expect(sandbox.stats.calls).toBe(1);
  });

  it.each(['http://example.com', 'ftp://127.0.0.1', 'example.com', 'http://127.0.0.1.example.com', ''])(
    'refuses an address that is not encrypted: %j',
    (host) => {
      expect(() => new ApiClient('key', { host })).toThrow(UsageError);
    },
  );

  it.each(['', 'with space', 'line\nbreak', 'ü'])(
    'refuses a key that cannot be sent in a header: %j',
    (key) => {
      expect(() => new ApiClient(key)).toThrow(UsageError);
    },
  );
});

describe('the call style of the Python client', () => {
  it('takes objects with the names of its arguments', async () => {
    const { user, sandbox } = await client();
    await user.upload({ data: users });
    await user.upload({ user_id: 'u3' });
    await user.upload({ data: { user_id: 'u4' } });
    expect([...sandbox.users.ids()].sort()).toEqual(['u 2/ü', 'u1', 'u3', 'u4']);
    expect(await user.read({ user_id: 'u1' })).toMatchObject({ errors: false, data: users[0] });
    await user.delete({ user_id: 'u1' });
    await user.delete({ user_ids: ['u3', 'u4'] });
    await user.delete(['u 2/ü']);
    expect(sandbox.users.size).toBe(0);
    const { data } = await user.upload([{ user_id: 'u5' }]);
    expect(await user.status(data as { task_id: string })).toMatchObject({ errors: false });
  });

  it('takes raise_on_error, and throws errors with its names', async () => {
    const { user } = await client({ raise_on_error: true });
    const error = await user.read('nobody').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      statusCode: 404,
      status_code: 404,
      response: { errors: true, message: 'not found', data: [] },
    });
  });

  it('deletes the interactions of users', async () => {
    const { interaction, sandbox } = await client();
    expect(await interaction.delete('u1')).toMatchObject({ errors: false });
    expect(await interaction.delete({ user_ids: ['u1', 'u2'] })).toMatchObject({ errors: false });
    expect(sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill('DELETE /v1/interactions'),
    );
  });

  const anything = (value: unknown) => value as never;
  type Users = ApiClient['user'];

  it.each<[string, (user: Users) => Promise<unknown>, string]>([
    ['upload(text)', (user) => user.upload(anything('u1')), 'upload: expected user records, found a string'],
    ['upload(nothing)', (user) => user.upload(anything(undefined)), 'found undefined'],
    ['upload(ids)', (user) => user.upload(anything(['u1'])), 'found a string'],
    ['upload({data: null})', (user) => user.upload(anything({ data: null })), 'found null'],
    ['read(number)', (user) => user.read(anything(7)), 'user_id: expected a string, found a number'],
    ['read({})', (user) => user.read(anything({})), 'user_id: expected a string, found undefined'],
    ['delete(number)', (user) => user.delete(anything(7)), 'user_ids: expected strings, found a number'],
    ['delete([null])', (user) => user.delete(anything([null])), 'user_ids: expected strings, found null'],
    ['delete([])', (user) => user.delete([]), '0 ids'],
    ['delete(id, id)', (user) => user.delete('u1', anything('u2')), 'expected an object of options'],
    [
      'delete({user_ids, dry_run})',
      (user) => user.delete(anything({ user_ids: ['u1'], dry_run: true })),
      'unknown key "dry_run" next to user_ids',
    ],
    ['upload(a set)', (user) => user.upload(anything(new Set(users))), 'found an object (Set)'],
    [
      'upload(a promise)',
      (user) => user.upload(anything(Promise.resolve(users))),
      'found an object (Promise)',
    ],
    ['upload(bytes)', (user) => user.upload(anything(Buffer.from('[]'))), 'found an object (Buffer)'],
    [
      'upload(a bigint)',
      (user) => user.upload(anything({ user_id: 'u1', age: 1n })),
      'cannot be written as JSON',
    ],
    ['upload(NaN)', (user) => user.upload({ user_id: 'u1', age: Number.NaN }), 'age: NaN is not a number'],
    ['upload(a date)', (user) => user.upload(anything(new Date(0))), 'does not become a JSON object'],
    [
      'upload({data, dry_run})',
      (user) => user.upload(anything({ data: users, dry_run: 1 })),
      'unknown key "dry_run" next to data',
    ],
    [
      'upload(…, {dryrun})',
      (user) => user.upload(users, anything({ dryrun: true })),
      'unknown option "dryrun"',
    ],
    [
      'upload(…, {dry_run: 1})',
      (user) => user.upload(users, anything({ dry_run: 1 })),
      'expected true or false',
    ],
    ['upload(…, null)', (user) => user.upload(users, anything(null)), 'expected an object of options'],
    ['ids({signal: 1})', (user) => user.ids(anything({ signal: 1 })), 'signal: expected an AbortSignal'],
    ['status({})', (user) => user.status(anything({})), 'task_id: expected the id of a task'],
  ])('%s is a usage error, and nothing is sent', async (_, call, words) => {
    const { user, sandbox } = await client();
    const error: Error = await call(user).then(
      () => new Error('sent'),
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(words);
    expect(sandbox.stats.calls).toBe(0);
  });
});

describe('a signal', () => {
  it.each(['of the client', 'of the call'])('%s aborts with its reason', async (whose) => {
    const stop = new AbortController();
    const sandbox = await startWithFaults([{ do: 'stall' }]);
    const mine = whose === 'of the client';
    const { user } = new ApiClient('key', { host: sandbox.url, ...(mine ? { signal: stop.signal } : {}) });
    const call = user.ids(mine ? {} : { signal: stop.signal });
    await expect.poll(() => sandbox.stats.calls).toBe(1);
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

it('uses a proxy and trusts a CA if the options say so', async () => {
  const ca = await readFile(certificate, 'utf8');
  const port = await httpsServer((_, response) =>
    response.end('{"message":"success","data":{"ids":["u1"]}}'),
  );
  const proxy = await tcpServer((socket) => void socket.once('data', () => openTunnel(socket, port)));
  const host = `https://miso.test:${port}`;
  const { user } = new ApiClient('key', { host, ca, proxy: `127.0.0.1:${proxy}` });
  expect(await user.ids()).toMatchObject({ data: { ids: ['u1'] } });
  const untrusting = new ApiClient('key', { host, proxy: `http://127.0.0.1:${proxy}` });
  await expect(untrusting.user.ids()).rejects.toMatchObject({ code: 'ERR_UNAVAILABLE', retryable: false });
  expect(() => new ApiClient('key', { proxy: 'not a url' })).toThrow('proxy is not a valid proxy address');
  expect(() => new ApiClient('key', { ca: 'x' })).toThrow('ca: expected a certificate');
});
