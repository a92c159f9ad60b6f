import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshFolder, run, writeAll } from './run.ts';

const key = 'sk-live-0123456789abcdef';

type Reply = readonly [status: number, body: string, headers?: Record<string, string>];

/** A server that answers as it is told, and a command that talks to it in a folder of its own. */
async function against(reply: (request: IncomingMessage) => Reply) {
  const http = createServer((request, response) => {
    request.resume().on('end', () => {
      const [status, body, headers] = reply(request);
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const cwd = await freshFolder();
  const env = {
    MISO_SERVER: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    MISO_API_KEY: key,
    XDG_STATE_HOME: join(cwd, '.state'),
  };
  await writeAll(cwd, { 'users.csv': 'user_id,name\nu1,Ann\n' });
  return { cwd, miso: (...args: string[]) => run(args, { cwd, env }) };
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
    const result = await miso('users', 'upload', 'users.csv', ...args);
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
  expect((await miso('users', 'upload', 'users.csv')).code).toBe(1);
});

it('a body that is JSON and no object is called what it is', async () => {
  const { miso } = await against(() => [200, '["u1"]']);
  const { code, stderr } = await miso('users', 'ids', '--retries', '0');
  expect(code).toBe(4);
  expect(stderr).toContain('expected a JSON object, found an array: ["u1"]');
});
