import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  certificate,
  commandIn,
  httpServer,
  httpsServer,
  openTunnel,
  secretKey,
  tcpServer,
} from './network.ts';

interface Check {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
  readonly ms?: number;
  readonly hint?: string;
  readonly lines?: readonly string[];
}

/** The checks that `miso doctor --json` printed, by name. */
function checksIn(stdout: string): Readonly<Record<string, Check>> {
  const { checks } = JSON.parse(stdout) as { checks: readonly Check[] };
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

const notFound = '{"message":"not found"}';

/** A Miso that accepts `secretKey`. */
function miso({ headers }: IncomingMessage): readonly [status: number, body: string] {
  if (headers['x-api-key'] !== secretKey) return [401, `{"message":"invalid api key."}`];
  return [404, notFound];
}

/** An HTTP server with a function that returns its nth reply, and a command that uses it. */
async function against(
  reply: (request: IncomingMessage, n: number) => readonly [number, string],
  skewMs = 0,
) {
  let calls = 0;
  const methods = new Set<string | undefined>();
  const port = await httpServer((request, response) => {
    methods.add(request.method);
    const [status, body] = reply(request, ++calls);
    response.writeHead(status, { date: new Date(Date.now() + skewMs).toUTCString() }).end(body);
  });
  return { methods, ...(await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` })) };
}

describe('miso doctor', () => {
  it('reports each check and the origin of each setting, but no secrets', async () => {
    const { cwd, miso: run, methods } = await against(miso);
    await writeFile(join(cwd, '.mirorc'), 'concurrency: 3\n', { mode: 0o600 });
    const { code, stdout, stderr } = await run(['doctor', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const checks = checksIn(stdout);
    const names = [
      'versions',
      'settings',
      'proxy',
      'DNS',
      'TCP',
      'HTTP',
      'key',
      'clock',
      'rate',
      'state folder',
    ];
    expect(Object.values(checks).map(({ name, status }) => `${name}: ${status}`)).toEqual(
      names.map((name) => `${name}: ok`),
    );
    for (const name of ['DNS', 'TCP', 'HTTP', 'rate', 'state folder'])
      expect(checks[name]?.ms).toBeGreaterThanOrEqual(0);
    expect(checks['versions']?.detail).toContain(`Node ${process.versions.node}`);
    expect(checks['settings']?.lines).toContain(`concurrency: 3 (${join(cwd, '.mirorc')})`);
    expect(checks['settings']?.lines?.join()).toContain('(MISO_API_KEY)');
    expect([...methods]).toEqual(['GET']);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'doctor', exitCode: 0, runId: expect.any(String) });
    const text = await run(['doctor']);
    expect(text.stdout).toMatch(/✔ key {10}accepted\n/);
    expect(stdout + text.stdout).not.toContain(secretKey);
  });

  it.each<[string, Record<string, string>, number, string, Partial<Check>]>([
    ['the key is refused', { MISO_API_KEY: 'another-key-1234' }, 3, 'key', { status: 'failed' }],
    ['no key is set', { MISO_API_KEY: '' }, 2, 'key', { status: 'failed', detail: 'not set' }],
    ['a setting is invalid', { MISO_RETRIES: 'x' }, 2, 'settings', { status: 'failed' }],
    [
      'the state folder cannot be written',
      { XDG_STATE_HOME: '/dev/null' },
      1,
      'state folder',
      { status: 'failed' },
    ],
    ['there is no state folder', { XDG_STATE_HOME: '', HOME: '' }, 0, 'state folder', { status: 'warning' }],
    ['the certificate file is missing', { MISO_CA_FILE: '/gone.pem' }, 2, 'connection', { status: 'failed' }],
    ['the server does not listen', { MISO_SERVER: 'http://127.0.0.1:1' }, 4, 'TCP', { status: 'failed' }],
    ['its host name is unknown', { MISO_SERVER: 'https://miso.invalid' }, 4, 'DNS', { status: 'failed' }],
    [
      'the host name of the proxy is unknown',
      { MISO_SERVER: 'https://miso.test', HTTPS_PROXY: 'http://proxy.invalid' },
      4,
      'DNS',
      { detail: expect.stringContaining('the host name of the proxy proxy.invalid cannot be resolved') },
    ],
  ])('reports that %s', async (_, env, expected, name, check) => {
    const { miso: run } = await against(miso);
    const { code, stdout } = await run(['doctor', '--json'], { env });
    expect([code, checksIn(stdout)[name]]).toEqual([expected, expect.objectContaining(check)]);
    expect(JSON.parse(stdout).exitCode).toBe(expected);
    expect(stdout).not.toMatch(/another-key-1234/);
  });

  it.each([
    ['a gateway', () => 404, '<html>Not Found</html>', 'HTTP', 'failed', 4],
    ['a limit on requests', (n: number) => (n > 2 ? 429 : 404), notFound, 'rate', 'warning', 0],
  ] as const)('recognizes %s', async (_, statusOf, body, name, status, expected) => {
    const { miso: run } = await against((_request, n) => [statusOf(n), body]);
    const { code, stdout } = await run(['doctor', '--json', '--key', secretKey]);
    expect([code, checksIn(stdout)[name]?.status]).toEqual([expected, status]);
  });

  it.each([
    [-7_200_000, 'ahead of the server'],
    [7_200_000, 'behind the server'],
  ])('warns about a difference between the clocks of %i ms', async (skew, words) => {
    const { miso: run } = await against(miso, skew);
    const { code, stdout } = await run(['doctor', '--json']);
    const { status, detail } = checksIn(stdout)['clock']!;
    expect([code, status]).toEqual([0, 'warning']);
    expect(detail).toMatch(/^(2 h 0|1 h 59) min /);
    expect(detail).toContain(words);
  });

  it('checks TLS and a proxy, without printing the password of the proxy', async () => {
    const port = await httpsServer((request, response) => {
      const [status, body] = miso(request);
      response.writeHead(status).end(body);
    });
    const proxy = await tcpServer((socket) => socket.once('data', () => openTunnel(socket, port)));
    const { miso: run } = await commandIn({ MISO_SERVER: `https://miso.test:${port}` });
    const env = { HTTPS_PROXY: `http://me:pass-word-1@127.0.0.1:${proxy}`, MISO_CA_FILE: certificate };
    const { code, stdout, stderr } = await run(['doctor', '--json'], { env });
    expect(stderr).toBe('');
    const checks = checksIn(stdout);
    expect(checks['proxy']?.detail).toBe(`127.0.0.1:${proxy} opened a tunnel to miso.test:${port}`);
    expect(checks['TLS']?.detail).toMatch(/^TLSv1\.3, certificate by .*, valid for \d+ more days$/);
    expect([code, checks['key']?.detail]).toEqual([0, 'accepted']);
    expect(stdout).not.toContain('pass-word-1');
    const untrusted = await run(['doctor', '--json'], { env: { HTTPS_PROXY: env.HTTPS_PROXY } });
    expect(untrusted.code).toBe(4);
    expect(checksIn(untrusted.stdout)['TLS']).toMatchObject({
      status: 'failed',
      hint: expect.stringContaining('--ca-file'),
    });
    expect(Object.keys(checksIn(untrusted.stdout))).not.toContain('key');
  });

  it('times out, and can be interrupted, if the server does not reply', async () => {
    const silent = await tcpServer(() => {});
    const { miso: run } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${silent}` });
    const { code, stdout } = await run(['doctor', '--json', '--timeout', '0.3']);
    expect([code, checksIn(stdout)['HTTP']]).toEqual([4, expect.objectContaining({ status: 'failed' })]);
    for (const protocol of ['http', 'https']) {
      let interrupt = () => {};
      // The first connection is that of the TCP check.
      const stuck = await tcpServer((_, nth) => nth === 2 && interrupt());
      const stopped = await run(['doctor', '--json', '--server', `${protocol}://127.0.0.1:${stuck}`], {
        started: (child) => {
          interrupt = () => child.kill('SIGINT');
        },
      });
      expect([protocol, stopped.code]).toEqual([protocol, 130]);
    }
  });
});
