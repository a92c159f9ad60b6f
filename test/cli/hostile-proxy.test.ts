import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  certificate,
  commandIn,
  httpServer,
  httpsServer,
  openTunnel,
  secretKey,
  summaryIn,
  tcpServer,
} from './network.ts';

const misoReplies: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end('{"message":"success","data":{"task_id":"t"}}'));
};

/** A command that reaches Miso through a proxy with the given behavior. */
async function through(onSocket: (socket: Socket, nth: number) => void, server = 'https://miso.test') {
  const port = await tcpServer(onSocket);
  const proxy = `127.0.0.1:${port}`;
  const { miso } = await commandIn({ MISO_SERVER: server, HTTPS_PROXY: `http://name:pass%20word@${proxy}` });
  return { proxy, miso };
}

/** Replies once a complete request has arrived. */
function reply(text: string): (socket: Socket) => void {
  return (socket) => void socket.once('data', () => socket.end(text));
}

const commands = [
  ['users', 'upload', 'users.csv', '--json'],
  ['users', 'read', 'u1', '--json'],
  ['users', 'ids'],
  ['users', 'delete', 'u1', '--yes', '--json'],
];

describe('a proxy that replies to CONNECT itself', () => {
  it.each([
    ['201', 'HTTP/1.1 201 Created\r\n\r\n{"message":"success","data":{"task_id":"t"}}'],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['413', 'HTTP/1.1 413 Too Large\r\n\r\n'],
    ['422', 'HTTP/1.1 422 No\r\n\r\n{"errors":true,"data":["data.0 is invalid. x"]}'],
    ['404', 'HTTP/1.1 404 Not Found\r\ncontent-length: 23\r\n\r\n{"message":"not found"}'],
    ['401', 'HTTP/1.1 401 Unauthorized\r\n\r\n{"message":"invalid api key."}'],
    ['403', 'HTTP/1.1 403 Forbidden\r\n\r\nblocked'],
  ])('%s is never treated as a reply from Miso', async (status, words) => {
    for (const args of commands) {
      const { proxy, miso } = await through(reply(words));
      const { code, stdout, stderr } = await miso(args);
      expect([args[1], code]).toEqual([args[1], 4]);
      expect(stderr).toContain(`the proxy ${proxy} did not open a connection (HTTP ${status})`);
      if (!args.includes('--json')) continue;
      expect(summaryIn(stdout)).toMatchObject({ error: { retryable: false }, requests: { sent: 1 } });
    }
  });

  it('407 says how to give credentials, once and without the password', async () => {
    const { proxy, miso } = await through(reply('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const { code, stdout, stderr } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout)).toMatchObject({
      error: { message: `the proxy ${proxy} requires authentication (HTTP 407)`, retryable: false },
      requests: { sent: 1 },
    });
    expect(stderr).toContain('Check the name and password in HTTPS_PROXY');
    expect(`${stdout}${stderr}`).not.toMatch(/pass( |%20)word/);
    const { miso: anonymous } = await commandIn({
      MISO_SERVER: 'https://miso.test',
      HTTPS_PROXY: `http://${proxy}`,
    });
    expect((await anonymous(['users', 'ids'])).stderr).toContain(`HTTPS_PROXY=http://name:password@${proxy}`);
  });

  it.each([
    ['words that are not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a head without an end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`],
  ])('%s end the run immediately', async (_, words) => {
    const { proxy, miso } = await through(reply(words));
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout)).toMatchObject({
      error: { message: `the proxy ${proxy} is not an HTTP proxy`, retryable: false },
      requests: { sent: 1 },
    });
  });
});

describe('a proxy that fails', () => {
  it.each(commands)('sends nothing: the timeout ends %s %s', async (...args) => {
    const { proxy, miso } = await through(() => {});
    const { code, stderr } = await miso([...args, '--timeout', '300ms', '--retries', '1']);
    expect(code).toBe(4);
    expect(stderr).toContain(`miso.test did not reply in time through the proxy ${proxy}`);
  });

  it('sends an endless head: memory does not grow', async () => {
    let sent = 0;
    const { miso } = await through((socket) => {
      const write = () => {
        while (socket.writable && socket.write('x: y\r\n'.repeat(2000))) sent += 12_000;
        socket.once('drain', write);
      };
      socket.write('HTTP/1.1 200 OK\r\n', write);
    });
    const { code, stderr } = await miso(['users', 'ids']);
    expect(code).toBe(4);
    expect(stderr).toContain('is not an HTTP proxy');
    expect(sent).toBeLessThan(50_000_000);
  });

  it('is down for a while: the call is retried', async () => {
    const server = await httpsServer(misoReplies);
    const { miso } = await through(
      (socket, nth) =>
        nth < 3 ? socket.resetAndDestroy() : socket.once('data', () => openTunnel(socket, server)),
      `https://miso.test:${server}`,
    );
    const { code, stdout, stderr } = await miso([
      'users',
      'upload',
      'users.csv',
      '--json',
      '--ca-file',
      certificate,
    ]);
    expect(stderr).not.toContain('bug');
    expect(code).toBe(0);
    expect(summaryIn(stdout)).toMatchObject({ records: { uploaded: 3 }, requests: { sent: 3, retried: 2 } });
  });

  it('closes a tunnel during a request: the call is retried', async () => {
    let requests = 0;
    const server = await httpsServer((request, response) => {
      if (++requests === 1) request.socket.destroy();
      else misoReplies(request, response);
    });
    const { miso } = await through(
      (socket) => void socket.once('data', () => openTunnel(socket, server)),
      `https://miso.test:${server}`,
    );
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json', '--ca-file', certificate]);
    expect(code).toBe(0);
    expect(summaryIn(stdout)).toMatchObject({ records: { uploaded: 3 }, requests: { sent: 2, retried: 1 } });
  });

  it('resets every connection and is down for a while: the run continues afterwards', async () => {
    const open = new Set<Socket>();
    let [requests, refused] = [0, 0];
    const server = await httpsServer((request, response) => {
      if (++requests === 10) for (const socket of open) socket.resetAndDestroy();
      misoReplies(request, response);
    });
    const { miso } = await through((socket) => {
      if (requests >= 10 && refused++ < 5) return socket.resetAndDestroy();
      open.add(socket);
      return socket.once('data', () => openTunnel(socket, server));
    }, `https://miso.test:${server}`);
    const stdin = `user_id\n${Array.from({ length: 60 }, (_, n) => `u${n}`).join('\n')}\n`;
    const { code, stdout } = await miso(
      ['users', 'upload', '-', '--format', 'csv', '--rpr', '2', '--json', '--ca-file', certificate],
      { stdin },
    );
    expect(code).toBe(0);
    expect(summaryIn(stdout).records).toMatchObject({ read: 60, uploaded: 60 });
  });

  it('connects to a server without TLS: reported immediately, with the proxy', async () => {
    const server = await httpServer(misoReplies);
    const { proxy, miso } = await through(
      (socket) => void socket.once('data', () => openTunnel(socket, server)),
    );
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(4);
    expect(summaryIn(stdout).error).toMatchObject({
      message: expect.stringContaining(`miso.test does not speak TLS through the proxy ${proxy}`),
      retryable: false,
    });
  });
});

it('a working proxy serves every command, and sees the credentials but not the key', async () => {
  const server = await httpsServer((request, response) => {
    const data = request.url === '/v1/users/_ids' ? '{"ids":["u1"]}' : '{"user_id":"u1"}';
    request.resume().on('end', () => response.end(`{"message":"success","data":${data}}`));
  });
  let heard = '';
  const { miso } = await through((socket) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.once('data', () => openTunnel(socket, server));
  }, `https://miso.test:${server}`);
  for (const args of commands) {
    const { code, stderr } = await miso([...args, '--ca-file', certificate]);
    expect([args[1], code, stderr]).toEqual([args[1], 0, expect.anything()]);
  }
  expect(heard).toContain(`CONNECT miso.test:${server} HTTP/1.1\r\n`);
  expect(heard).toContain(`Basic ${Buffer.from('name:pass word').toString('base64')}`);
  expect(heard).not.toContain(secretKey);
});

it.each([
  'not a url',
  'http://',
  'http://127.0.0.1:99999',
  'http://name:p%ss@127.0.0.1',
  'socks5://127.0.0.1:1080',
])('HTTPS_PROXY=%j is a usage error, before anything is sent', async (proxy) => {
  const { miso } = await commandIn({ MISO_SERVER: 'https://miso.test', HTTPS_PROXY: proxy });
  const { code, stderr } = await miso(['users', 'upload', 'users.csv']);
  expect(code).toBe(2);
  expect(stderr).toContain('HTTPS_PROXY');
  expect(stderr).not.toContain('p%ss');
});

it('NO_PROXY names servers that are reached directly', async () => {
  const server = await httpsServer(misoReplies);
  const { miso } = await commandIn({
    MISO_SERVER: `https://localhost:${server}`,
    HTTPS_PROXY: 'http://127.0.0.1:1',
    NO_PROXY: 'example.com, localhost',
  });
  const { code } = await miso(['users', 'upload', 'users.csv', '--ca-file', certificate]);
  expect(code).toBe(0);
});
