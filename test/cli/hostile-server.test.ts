import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  certificate,
  commandIn,
  httpServer,
  httpsServer,
  secretKey as key,
  summaryIn,
  tcpServer,
} from './network.ts';

type Reply = readonly [status: number, body: string | Buffer, headers?: Record<string, string>];

/** A server that replies with what `reply` returns, and a command that uses it, in a folder of its own. */
async function against(reply: (request: IncomingMessage, body: string) => Reply) {
  const calls: string[] = [];
  const port = await httpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      calls.push(`${request.method} ${request.url}`);
      const [status, text, headers] = reply(request, body);
      response.writeHead(status, headers).end(text);
    });
  });
  return { calls, ...(await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` })) };
}

describe('a server that repeats the key', () => {
  const echoed = (request: IncomingMessage) => String(request.headers['x-api-key']);

  it.each<[string, number, (key: string) => Reply]>([
    ['in a refusal', 3, (k) => [401, JSON.stringify({ message: `invalid api key ${k}.` })]],
    ['in a page', 4, (k) => [502, `<html>X-API-KEY: ${k}</html>`]],
    ['in a redirect', 4, (k) => [302, '', { location: `https://127.0.0.1/?api_key=${k}` }]],
    [
      'in an error line',
      1,
      (k) => [422, JSON.stringify({ errors: true, data: [`data.0.name (${k}) is invalid. No ${k}`] })],
    ],
  ])('%s gets it into no output and no file', async (_, code, reply) => {
    const { cwd, miso } = await against((request) => reply(echoed(request)));
    const args = ['--verbose', '--retries', '0', '--report', 'report.json', '--rejects', 'bad.csv'];
    const result = await miso(['users', 'upload', 'users.csv', ...args]);
    const report = await readFile(join(cwd, 'report.json'), 'utf8');
    const rejects = await readFile(join(cwd, 'bad.csv'), 'utf8').catch(() => '');
    expect(result.code).toBe(code);
    expect(report).toContain('***');
    expect(`${result.stdout}${result.stderr}${report}${rejects}`).not.toContain(key);
  });
});

it('an error line of a megabyte does not keep an upload busy', async () => {
  const line = `data.0.name${' ('.repeat(500_000)}`;
  const { miso } = await against(() => [422, JSON.stringify({ errors: true, data: [line] })]);
  expect((await miso(['users', 'upload', 'users.csv'])).code).toBe(1);
});

it('a JSON body that is not an object is described correctly', async () => {
  const { miso } = await against(() => [200, '["u1"]']);
  const { code, stderr } = await miso(['users', 'ids', '--retries', '0']);
  expect(code).toBe(4);
  expect(stderr).toContain('expected a JSON object, found an array: ["u1"]');
});

const success = '{"message":"success","data":{"task_id":"t"}}';

describe('a 404 that is not Miso’s', () => {
  const notMiso: readonly (readonly [string, string])[] = [
    ['a page', '<html><h1>404 Not Found</h1></html>'],
    ['a gateway', '{"message":"no Route matched with those values"}'],
  ];

  it.each(notMiso)('from %s proves nothing to any command', async (_, page: string) => {
    const { miso } = await against(() => [404, page]);
    for (const args of [
      ['users', 'upload', 'users.csv', '--json'],
      ['users', 'read', 'u1', '--json'],
      ['users', 'delete', 'u1', '--yes', '--json'],
      ['users', 'ids', '--json'],
      ['users', 'status', 't-1', '--json'],
    ]) {
      const { code, stdout } = await miso(args);
      expect([args[1], code]).toEqual([args[1], 4]);
      expect(summaryIn(stdout)).toMatchObject({
        error: { message: expect.stringContaining('not a reply of Miso'), retryable: false },
      });
    }
  });

  it('does not verify a delete', async () => {
    const { miso, calls } = await against(({ method }) =>
      method === 'POST' ? [200, success] : [404, '<html>Not Found</html>'],
    );
    const { code, stdout } = await miso(['users', 'delete', 'u1', '--yes', '--verify', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout).error).toMatchObject({ retryable: false });
    expect(calls).toContain('GET /v1/users/u1');
  });

  it.each([
    ['a 404 that is not Miso’s', 404, '<html>Not Found</html>'],
    ['an empty record', 200, '{"message":"success","data":{}}'],
    ['the record of another user', 200, '{"message":"success","data":{"user_id":"u2"}}'],
  ] as const)('does not back up a user, who is not deleted: %s', async (_, status, body) => {
    const { miso, calls } = await against(({ method }) =>
      method === 'GET' ? [status, body] : [200, success],
    );
    const { code } = await miso(['users', 'delete', 'u1', '--yes', '--backup', 'backup.ndjson']);
    expect(code).not.toBe(0);
    expect(calls.filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  it('is one of Miso’s when its body says so', async () => {
    const { miso } = await against(() => [404, '{"message":"not found"}']);
    expect(await miso(['users', 'ids'])).toMatchObject({ code: 0, stdout: '' });
    expect((await miso(['users', 'read', 'u1'])).code).toBe(1);
  });
});

it.each([
  ['an empty record', '{}'],
  ['another user', '{"user_id":"u2","name":"Bob"}'],
  ['the id as a number', '{"user_id":1}'],
])('a read that gets %s is an error, not the record', async (_, data) => {
  const { miso } = await against(() => [200, `{"message":"success","data":${data}}`]);
  const { code, stdout, stderr } = await miso(['users', 'read', 'u1']);
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toContain('while reading user "u1"');
});

describe('a connection that no retry can fix', () => {
  it('to a server without TLS is reported immediately', async () => {
    const port = await httpServer((_, response) => response.end(success));
    const { miso } = await commandIn({ MISO_SERVER: `https://127.0.0.1:${port}` });
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout)).toMatchObject({
      error: { message: expect.stringContaining('does not speak TLS'), retryable: false },
      requests: { sent: 1 },
    });
  });

  it('to a server with an untrusted certificate is reported immediately, and nothing is sent', async () => {
    let requests = 0;
    const port = await httpsServer((_, response) => {
      requests++;
      response.end(success);
    });
    const { miso } = await commandIn({ MISO_SERVER: `https://localhost:${port}` });
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout)).toMatchObject({
      error: {
        message: `the certificate of localhost:${port} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
        retryable: false,
      },
      requests: { sent: 1 },
    });
    expect(requests).toBe(0);
    expect((await miso(['users', 'upload', 'users.csv', '--ca-file', certificate])).code).toBe(0);
  });

  it('without a common TLS version is reported immediately', async () => {
    // A fatal alert, protocol_version.
    const port = await tcpServer((socket) =>
      socket.once('data', () => socket.end(Buffer.from('15030100020246', 'hex'))),
    );
    const { miso } = await commandIn({ MISO_SERVER: `https://127.0.0.1:${port}` });
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout)).toMatchObject({ error: { retryable: false }, requests: { sent: 1 } });
  });
});

describe('an endless reply', () => {
  it.each([200, 422, 500])('%i is cut off at 16 MiB', async (status) => {
    let sent = 0;
    const port = await httpServer((request, response) => {
      request.resume();
      response.writeHead(status).write('{"message":"');
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const { miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout)).toMatchObject({
      error: { message: expect.stringContaining('larger than 16 MiB'), retryable: false },
      requests: { sent: 1 },
    });
    expect(sent).toBeLessThan(64 * 1024 ** 2);
  });

  it('is cut off after decompression: a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(128 * 1024 ** 2, 32), { level: 9 });
    const { miso } = await against(() => [200, bomb, { 'content-encoding': 'gzip' }]);
    const { code, stdout } = await miso(['users', 'read', 'u1', '--json'], {
      env: { NODE_OPTIONS: '--max-old-space-size=64' },
    });
    expect(code).toBe(4);
    expect(summaryIn(stdout).error?.message).toContain('larger than 16 MiB');
  });
});

it('a list of a million ids takes no more memory than its text', async () => {
  const ids = Array.from({ length: 1_000_000 }, (_, n) => `"customer-${n}"`).join(',');
  const { miso } = await against(() => [200, `{"message":"success","data":{"ids":[${ids}]}}`]);
  const { code, stdout } = await miso(['users', 'ids'], { env: { NODE_OPTIONS: '--max-old-space-size=40' } });
  expect(code).toBe(0);
  expect(stdout.length).toBe(ids.length - 2_000_000 + 1);
  expect(stdout.endsWith('\ncustomer-999999\n')).toBe(true);
});

it.each([
  ['{"ids":["a",{}]}', 'no list of ids'],
  ['{"users":[]}', 'no list of ids'],
])('an invalid list of ids is an error: %s', async (data, words) => {
  const { miso } = await against(() => [200, `{"message":"success","data":${data}}`]);
  const { code, stdout, stderr } = await miso(['users', 'ids']);
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toContain(words);
});

describe('a server that never replies', () => {
  const manyUsers = `user_id\n${Array.from({ length: 3000 }, (_, n) => `u${n}`).join('\n')}\n`;

  it.each([
    ['swallows everything', () => {}],
    ['hangs up', (socket: import('node:net').Socket) => socket.resetAndDestroy()],
  ])('%s: the retries count for the run, not for each of its calls', async (_, onSocket) => {
    const port = await tcpServer(onSocket);
    const { miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
    const limits = ['--timeout', '200ms', '--retries', '3', '--json'];
    const { code, stdout } = await miso(['users', 'upload', '-', '--format', 'csv', ...limits], {
      stdin: manyUsers,
    });
    const { error, requests, records } = summaryIn(stdout);
    expect(code).toBe(4);
    expect(error).toMatchObject({
      message: expect.stringContaining('Could not reach Miso'),
      retryable: true,
    });
    expect(records['uploaded']).toBe(0);
    // The first attempt, three retries, and each half of the batch once.
    expect(requests.sent).toBeLessThanOrEqual(6);
  });

  it('after some replies: the run ends after a few rounds, too', async () => {
    let replies = 0;
    const port = await httpServer((request, response) => {
      request.resume().on('end', () => {
        if (++replies <= 5) response.end(success);
      });
    });
    const { miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
    const limits = ['--timeout', '300ms', '--retries', '3', '--json', '--concurrency', '4'];
    const { code, stdout } = await miso(['users', 'upload', '-', '--format', 'csv', ...limits], {
      stdin: manyUsers,
    });
    expect(code).toBe(4);
    // Three rounds of at most four, then one at a time: the retries, and one check whether the server is up.
    expect(summaryIn(stdout).requests.sent).toBeLessThanOrEqual(5 + 3 * 4 + 4 + 2);
  });
});

it('a validation error of the framework names its record', async () => {
  const detail = [{ loc: ['body', 'data', 1, 'name'], msg: 'str type expected', type: 'type_error.str' }];
  const { miso } = await against((_, body) => {
    const { data } = JSON.parse(body) as { data: { user_id: string }[] };
    return data.some(({ user_id }) => user_id === 'u2') ? [422, JSON.stringify({ detail })] : [200, success];
  });
  const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    records: { uploaded: 2, rejected: 1 },
    requests: { sent: 2 },
    errors: [
      { field: 'name', reason: 'str type expected', by: 'miso', examples: [{ line: 3, user_id: 'u2' }] },
    ],
  });
});

it('a new task may be unknown for a while', async () => {
  let asked = 0;
  const { miso, calls } = await against(({ method }) => {
    if (method === 'POST') return [200, success];
    return ++asked < 3 ? [404, '{"message":"not found"}'] : [200, '{"errors":false}'];
  });
  const { code } = await miso(['users', 'upload', 'users.csv', '--wait']);
  expect(code).toBe(0);
  expect(calls).toEqual(['POST /v1/users', ...Array(3).fill('GET /v1/users/_status/t')]);
});
