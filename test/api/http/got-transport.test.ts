import { getEventListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Call } from '../../../src/api/call.ts';
import { classifyReply } from '../../../src/api/http/classify-reply.ts';
import { createTransport } from '../../../src/api/http/got-transport.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const key = 'secret-key-1234';
const upload: Call = {
  method: 'POST',
  path: 'v1/users',
  query: { dry_run: '1', a: 'b c&d' },
  body: '{"data":[]}',
};

/** A server with the given handler, and a transport to it. */
async function server(handler: Handler, given: { timeoutMs?: number } = {}) {
  const seen: {
    method?: string | undefined;
    url?: string | undefined;
    headers: IncomingMessage['headers'];
    body: string;
  }[] = [];
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      handler(request, response, body);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { seen, address, send: await transportTo(address, given.timeoutMs) };
}

function transportTo(address: string, timeoutMs = 20_000) {
  return createTransport({ server: address, apiKey: key, timeoutMs, connections: 4, userAgent: 'test/1' });
}

const reply =
  (status: number, body: string | Buffer = '', headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

describe('a request', () => {
  it('contains the key only in its header, encodes the query, and leaves the body unchanged', async () => {
    const { send, seen } = await server(reply(200, '{}'));
    await send(upload);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/users?dry_run=1&a=b+c%26d',
      body: '{"data":[]}',
      headers: { 'x-api-key': key, 'content-type': 'application/json', 'user-agent': 'test/1' },
    });
    expect(`${seen[0]?.url}${seen[0]?.body}`).not.toContain(key);
  });

  it('has no query and no content type without parameters and body', async () => {
    const { send, seen } = await server(reply(200, '{}'));
    await send({ method: 'GET', path: 'v1/users/a%2Fb%3F%23%25' });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/v1/users/a%2Fb%3F%23%25' });
    expect(seen[0]?.headers).not.toHaveProperty('content-type');
  });

  it('may be a DELETE with a body', async () => {
    const { send, seen } = await server(reply(200, '{}'));
    await send({ method: 'DELETE', path: 'v1/interactions', body: '{"user_ids":["a"]}' });
    expect(seen[0]).toMatchObject({ method: 'DELETE', body: '{"user_ids":["a"]}' });
  });

  it('follows no redirect, so that the key stays where it belongs', async () => {
    const other = await server(reply(200, '{}'));
    const { send } = await server(reply(307, '', { location: `${other.address}/elsewhere` }));
    const answer = await send(upload);
    expect(answer).toMatchObject({ status: 307, location: `${other.address}/elsewhere` });
    expect('status' in answer && classifyReply(answer)).toMatchObject({ kind: 'unexpected' });
    expect(other.seen).toEqual([]);
  });

  it('is sent once, for any reply', async () => {
    for (const status of [429, 500, 503, 408]) {
      const { send, seen } = await server(reply(status, 'x', { 'retry-after': '0' }));
      await send({ method: 'GET', path: 'x' });
      expect(seen).toHaveLength(1);
    }
  });
});

describe('a reply', () => {
  it.each([
    ['Retry-After in seconds', 429, 'slow', '120', 'retry'],
    ['a gateway’s page for a call too large', 413, '<html><h1>413</h1>', undefined, 'too-large'],
    ['a 401 without errors', 401, '{"message":"invalid api key."}', undefined, 'denied'],
    ['the key that ends in a colon', 400, '{"message:":"Request timeout."}', undefined, 'retry'],
    ['an empty 200', 200, '', undefined, 'retry'],
    ['a 200 with errors', 200, '{"errors":true,"data":["x"]}', undefined, 'partial'],
    ['a 204', 204, '', undefined, 'retry'],
  ])('is returned unchanged: %s', async (_, status, body, retryAfter, kind) => {
    const { send } = await server(
      reply(status, body, retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    );
    const answer = await send(upload);
    expect(answer).toMatchObject({ status, body, retryAfter });
    expect('status' in answer && classifyReply(answer).kind).toBe(kind);
  });

  it('may be compressed, and is text in UTF-8', async () => {
    const body = '{"message":"é 😀"}';
    const { send } = await server(reply(200, gzipSync(body), { 'content-encoding': 'gzip' }));
    expect(await send(upload)).toMatchObject({ status: 200, body });
  });
});

describe('no reply', () => {
  const failure = (code: string, words: string) => ({
    kind: 'network',
    code,
    retryable: true,
    message: expect.stringContaining(words),
  });

  it('in time', async () => {
    const { send, address } = await server(() => {}, { timeoutMs: 50 });
    expect(await send(upload)).toMatchObject(
      failure('ETIMEDOUT', `${new URL(address).host} did not reply in time`),
    );
  });

  it('in time although it has started', async () => {
    const { send } = await server((_, response) => void response.writeHead(200).write('{'), {
      timeoutMs: 80,
    });
    expect(await send(upload)).toMatchObject(failure('ETIMEDOUT', 'did not reply in time'));
  });

  it('if the connection is closed before or during the reply', async () => {
    const before = await server((request) => request.socket.destroy());
    expect(await before.send(upload)).toMatchObject(failure('ECONNRESET', 'was closed'));
    const middle = await server((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"data"');
      setImmediate(() => request.socket.destroy());
    });
    expect(await middle.send(upload)).toMatchObject({ kind: 'network', retryable: true });
  });

  it('that is HTTP', async () => {
    const tcp = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.end('this is not HTTP\r\n\r\n');
    });
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void tcp.close());
    const send = await transportTo(`http://127.0.0.1:${(tcp.address() as AddressInfo).port}`);
    expect(await send(upload)).toMatchObject({
      kind: 'network',
      retryable: true,
      message: expect.stringContaining('HPE_'),
    });
  });

  it('that is TLS, and says so without a retry', async () => {
    const { address } = await server(reply(200));
    const send = await transportTo(address.replace('http:', 'https:'));
    expect(await send(upload)).toMatchObject({
      kind: 'network',
      retryable: false,
      message: expect.stringContaining('does not speak TLS'),
      hint: expect.stringContaining('http://'),
    });
  });

  it('whose compression is broken', async () => {
    const { send } = await server(reply(200, 'not gzip', { 'content-encoding': 'gzip' }));
    expect(await send(upload)).toMatchObject({ kind: 'network', retryable: true });
  });

  it('because nothing listens', async () => {
    const { address } = await server(reply(200));
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const send = await transportTo(`http://127.0.0.1:${port}`);
    expect(await send(upload)).toMatchObject(
      failure('ECONNREFUSED', `127.0.0.1:${port} refused the connection`),
    );
    expect(address).toContain('127.0.0.1');
  });

  it('because it was aborted: rejects with the reason of the signal', async () => {
    const cut = new AbortController();
    const { send } = await server(() => cut.abort('my reason'));
    await expect(send(upload, cut.signal)).rejects.toBe('my reason');
  });
});

it('no listener stays on a signal after thousands of calls', async () => {
  const { send } = await server(reply(200, '{}'));
  const { signal } = new AbortController();
  for (let n = 0; n < 200; n++) await send({ method: 'GET', path: 'x' }, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
