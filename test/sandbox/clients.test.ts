import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { readBody } from '../../src/sandbox/http/body.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/http/server.ts';
import { call, callAndLeave, start, upload } from './start.ts';

/** A call exactly as written: no library adds, encodes or normalizes anything. */
async function raw(
  sandbox: Sandbox,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
) {
  const {
    method = 'GET',
    headers = { 'X-API-KEY': 'k', 'Content-Type': 'application/json' },
    body,
  } = options;
  const outgoing = request({ port: sandbox.port, host: '127.0.0.1', path, method, headers });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: incoming.statusCode, text: await text(incoming) };
}

const one = '{"data":[{"user_id":"a"}]}';

describe("Miso's own clients", () => {
  it('the Python client: the key in the URL, JSON in bodies, an empty object with GET and DELETE', async () => {
    const sandbox = await start({ key: 'secret' });
    const headers = {
      'User-Agent': 'python-requests/2.31.0',
      'Accept-Encoding': 'gzip, deflate',
      Accept: '*/*',
      Connection: 'keep-alive',
      'Content-Type': 'application/json',
    };
    const send = (method: string, path: string, body: string) =>
      raw(sandbox, `${path}?api_key=secret`, {
        method,
        headers: { ...headers, 'Content-Length': String(body.length) },
        body,
      });
    expect((await send('POST', '/v1/users', '{"data": [{"user_id": "a"}]}')).status).toBe(200);
    expect(JSON.parse((await send('GET', '/v1/users/a', '{}')).text)).toEqual({
      message: 'success',
      data: { user_id: 'a' },
    });
    expect((await send('DELETE', '/v1/users/a', '{}')).status).toBe(200);
    expect(sandbox.users.size).toBe(0);
  });

  it('the Node SDK: the key in the URL, a content type only with a body', async () => {
    const sandbox = await start({ key: 'secret' });
    const headers = {
      Accept: 'application/json, text/plain, */*',
      'User-Agent': 'MisoNodeSDK/1.0.0',
    };
    const answer = await raw(sandbox, '/v1/users?api_key=secret&dry_run=0', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: one,
    });
    expect(JSON.parse(answer.text)).toMatchObject({ message: 'success' });
    expect((await raw(sandbox, '/v1/users/_ids?api_key=secret', { headers })).text).toBe(
      '{"message":"success","data":{"ids":["a"]}}',
    );
  });
});

describe('a body', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', (body: string) => Buffer.from(body)],
    ['gzip, br', (body: string) => brotliCompressSync(gzipSync(body))],
  ])('may be compressed as %s', async (coding, compress) => {
    const sandbox = await start();
    const headers = { 'X-API-KEY': 'k', 'Content-Type': 'application/json', 'Content-Encoding': coding };
    expect((await raw(sandbox, '/v1/users', { method: 'POST', headers, body: compress(one) })).status).toBe(
      200,
    );
    expect(sandbox.users.ids()).toEqual(['a']);
  });

  it.each<[string, string, Buffer, number]>([
    ['that does not decompress', 'gzip', Buffer.from(one), 400],
    ['in an unknown coding', 'zip', Buffer.from(one), 415],
    ['that is not UTF-8', 'identity', Buffer.from('{"data":[{"user_id":"\xe9"}]}', 'latin1'), 422],
    ['longer than allowed', 'identity', Buffer.alloc(100_001, 32), 413],
    ['longer than allowed once decompressed', 'gzip', gzipSync(Buffer.alloc(100_001, 32)), 413],
  ])('%s is refused', async (_, coding, body, status) => {
    const sandbox = await start({ maxBytes: 100_000 });
    const headers = { 'X-API-KEY': 'k', 'Content-Type': 'application/json', 'Content-Encoding': coding };
    const answer = await raw(sandbox, '/v1/users', { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    if (status === 413) expect(answer.text).toMatch(/^<html>/);
    expect((await upload(sandbox, [{ user_id: 'b' }])).status).toBe(200);
  });
});

describe('an id in a path', () => {
  it.each([
    'a/b',
    'a?b#c',
    '100%',
    '%2F',
    'a b+c',
    '..',
    '.',
    '🦊',
    '\u0000\n',
    '"\\',
    'hasOwnProperty',
    'a;b=c&d',
    '%25',
  ])('%j is decoded exactly once', async (id) => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: id }, { user_id: 'other' }]);
    const path = `/v1/users/${encodeURIComponent(id)}`;
    expect(JSON.parse((await raw(sandbox, path)).text)).toEqual({
      message: 'success',
      data: { user_id: id },
    });
    expect((await raw(sandbox, path, { method: 'DELETE' })).status).toBe(200);
    expect(sandbox.users.ids()).toEqual(['other']);
  });

  it('may be in the absolute form that a proxy uses', async () => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a' }]);
    expect((await raw(sandbox, `${sandbox.url}/v1/users/a?api_key=k`, { headers: {} })).status).toBe(200);
    expect(sandbox.requests.at(-1)?.path).toBe('/v1/users/a');
  });
});

describe('a connection', () => {
  it('that breaks leaves no pending read', async () => {
    const bodies: unknown[] = [];
    const server = createServer(async (incoming) => void bodies.push(await readBody(incoming, 100))).listen(
      0,
      '127.0.0.1',
    );
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{', () => socket.end());
    await expect.poll(() => bodies).toEqual(['gone']);
  });

  it('is kept for the next call, and closed on request', async () => {
    const sandbox = await start();
    const socket = connect(sandbox.port, '127.0.0.1');
    const get = (connection: string) =>
      `GET /v1/users/a HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: k\r\nConnection: ${connection}\r\n\r\n`;
    socket.write(get('keep-alive') + get('close'));
    expect((await text(socket)).match(/HTTP\/1.1 404/g)).toHaveLength(2);
  });

  it('that breaks in the middle of a body is harmless', async () => {
    const sandbox = await start();
    const socket = connect(sandbox.port, '127.0.0.1');
    socket.write(
      'POST /v1/users HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: k\r\nContent-Length: 100\r\n\r\n{"data":[',
    );
    await expect.poll(() => sandbox.stats.inFlight).toBe(1);
    socket.destroy();
    await expect.poll(() => sandbox.stats.inFlight).toBe(0);
    expect(sandbox.requests).toEqual([]);
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(200);
  });

  it('may end during the latency; the call takes effect', async () => {
    let waited = 0;
    const sleep = (): Promise<void> => (waited++ === 0 ? new Promise(() => {}) : Promise.resolve());
    const sandbox = await start({ latency: 1, sleep });
    await callAndLeave(sandbox, [{ user_id: 'a' }]);
    expect(sandbox.users.ids()).toEqual(['a']);
    expect((await upload(sandbox, [{ user_id: 'b' }])).status).toBe(200);
  });

  it('that does not use HTTP is refused', async () => {
    const sandbox = await start();
    const socket = connect(sandbox.port, '127.0.0.1');
    socket.write('\u0000\u0001 nonsense\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400/);
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(200);
  });
});

describe('starting', () => {
  it('waits for the latency before each reply', async () => {
    const waits: number[] = [];
    const sandbox = await start({ latency: 250, sleep: async (ms) => void waits.push(ms) });
    await upload(sandbox, []);
    await call(sandbox, 'GET', '/nowhere');
    expect(waits).toEqual([250, 250]);
  });

  it('says which port is in use', async () => {
    const { port } = await start();
    const second = startSandbox({ port });
    await expect(second).rejects.toThrow(UsageError);
    await expect(second).rejects.toThrow(`port ${port} of 127.0.0.1: it is already in use`);
  });

  it.each([
    [{ port: 70_000 }, 'port must be a whole number from 0 to 65535, found 70000'],
    [{ rate: 0 }, 'rate must be a number above 0, found 0'],
    [{ fail: 101 }, 'fail must be a number from 0 to 100, found 101'],
    [{ latency: Number.NaN }, 'latency must be a number from 0 to 2147483647, found NaN'],
    [{ maxBytes: 0.5 }, 'maxBytes must be a whole number of 1 or more, found 0.5'],
    [{ key: '' }, 'key must not be empty'],
  ])('refuses %j', async (options, message) => {
    await expect(startSandbox(options)).rejects.toThrow(message);
  });

  it('can be closed twice', async () => {
    const sandbox = await start();
    await sandbox.close();
    await sandbox.close();
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });
});
