import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { BrowserGuard } from '../../../src/sandbox/http/browser-guard.ts';
import { call, start, upload } from '../start.ts';

const json = { 'Content-Type': 'application/json' };

async function post(port: number, headers: Record<string, string>) {
  const outgoing = request({
    port,
    host: '127.0.0.1',
    path: '/v1/users?api_key=x',
    method: 'POST',
    headers,
  });
  outgoing.end('{"data":[{"user_id":"planted"}]}');
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: incoming.statusCode, text: await text(incoming) };
}

describe('what a web page can send', () => {
  it.each<[string, number, Record<string, string>]>([
    ['under a name that was pointed here', 421, { ...json, Host: 'attacker.example:80' }],
    ['under a name that begins like this address', 421, { ...json, Host: '127.0.0.1.attacker.example' }],
    ['from another site', 403, { ...json, Origin: 'https://attacker.example' }],
    ['from a page without an origin', 403, { ...json, Origin: 'null' }],
    ['from another port of this machine', 403, { ...json, Origin: 'http://127.0.0.1:1' }],
    ['with a request that says where it comes from', 403, { ...json, 'Sec-Fetch-Site': 'cross-site' }],
    ['as plain text, which needs no permission', 415, { 'Content-Type': 'text/plain' }],
    ['as a form', 415, { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['as a type that only looks like JSON', 415, { 'Content-Type': 'text/plain; x=application/json' }],
    ['without a type', 415, {}],
  ])('%s is refused with %i and stores nothing', async (_, status, headers) => {
    const sandbox = await start();
    const answer = await post(sandbox.port, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ message: expect.any(String) });
    expect(sandbox.users.size).toBe(0);
  });

  it('does not reveal users under a foreign name', async () => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a' }]);
    const outgoing = request({
      port: sandbox.port,
      path: '/v1/users/_ids?api_key=x',
      headers: { Host: 'attacker.example' },
    });
    outgoing.end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect([incoming.statusCode, await text(incoming)]).toEqual([421, expect.not.stringContaining('"a"')]);
  });

  it('gives other sites no permission', async () => {
    const sandbox = await start();
    const answer = await call(sandbox, 'OPTIONS', '/v1/users', undefined, {
      headers: { Origin: 'https://attacker.example' },
    });
    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('names under which a sandbox answers', () => {
  const accepts = (listening: string, host: string) =>
    new BrowserGuard(listening).refuse({ host }) === undefined;

  it.each([
    ['127.0.0.1', 'localhost:4747'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '[::1]:80'],
    ['[::1]', 'LOCALHOST'],
    ['0.0.0.0', '192.168.1.5:4747'],
    ['0.0.0.0', '[fe80::1]:4747'],
    ['0.0.0.0', 'sandbox:4747'],
    ['sandbox.internal', 'sandbox.internal:80'],
  ])('on %s: %s', (listening, host) => {
    expect(accepts(listening, host)).toBe(true);
  });

  it.each([
    ['127.0.0.1', '192.168.1.5'],
    ['127.0.0.1', 'sandbox'],
    ['127.0.0.1', ''],
    ['0.0.0.0', 'attacker.example'],
    ['0.0.0.0', '192.168.1.5.attacker.example'],
  ])('not on %s: %s', (listening, host) => {
    expect(accepts(listening, host)).toBe(false);
  });
});
