import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { certificate, commandIn, httpServer, httpsServer, secretKey } from './network.ts';
import { writeAll } from './run.ts';

const success = '{"message":"success","data":{"task_id":"t"}}';

async function scene(files: Readonly<Record<string, string>> = {}) {
  let requests = 0;
  const port = await httpServer((request, response) => {
    requests++;
    request.resume().on('end', () => response.end(success));
  });
  const command = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
  await writeAll(command.cwd, files);
  return { ...command, requests: () => requests };
}

it.each([
  ['a mistyped option', ['users', 'upload', `--apikey=${secretKey}`]],
  ['a short option in capitals', ['users', 'upload', `-K${secretKey}`]],
  ['an argument', ['users', 'upload', secretKey]],
  ['an unknown command', [secretKey]],
  ['a server', ['users', 'upload', 'users.csv', '--server', secretKey]],
  ['a number', ['users', 'upload', 'users.csv', '--retries', secretKey]],
  ['a parameter', ['users', 'upload', 'users.csv', '-v', `x=${secretKey}`]],
  ['part of a parameter', ['users', 'upload', 'users.csv', '-v', `auth=Bearer ${secretKey}`]],
  ['the name of a parameter', ['users', 'upload', 'users.csv', '-v', secretKey]],
  ['a format', ['users', 'upload', '--format', secretKey]],
])('the key as %s is a usage error that does not show it', async (_, args) => {
  const { miso, cwd, requests } = await scene();
  const { code, stdout, stderr } = await miso([...args, '--json', '--report', 'report.json']);
  const report = await readFile(join(cwd, 'report.json'), 'utf8').catch(() => '');
  expect([code, requests()]).toEqual([2, 0]);
  expect(`${stdout}${stderr}${report}`).not.toContain(secretKey);
});

it.each([
  ['an unknown key', `keyy: ${secretKey}\n`],
  ['a server', `server: ${secretKey}\n`],
  ['broken YAML', `apiKey: "${secretKey}\n  x: [`],
  ['a parameter', `params: {token: ${secretKey}}\n`],
])('the key in a settings file as %s is not shown', async (_, text) => {
  const { miso } = await scene({ '.mirorc': text });
  const { code, stdout, stderr } = await miso(['users', 'ids', '--json']);
  expect(code).toBe(2);
  expect(`${stdout}${stderr}`).not.toContain(secretKey);
});

it('NODE_DEBUG, which prints the headers of requests, does not print the key', async () => {
  const { miso } = await scene();
  const { code, stderr } = await miso(['users', 'upload', 'users.csv'], { env: { NODE_DEBUG: '*' } });
  expect(code).toBe(0);
  expect(stderr).toContain("'x-api-key': '***'");
  expect(stderr).not.toContain(secretKey);
  expect(stderr).not.toContain(Buffer.from(secretKey).toString('base64'));
  const hex = Buffer.from(secretKey.slice(0, 8)).toString('hex').match(/../g)!.join(' ');
  expect(stderr).not.toContain(hex);
});

it('NODE_DEBUG does not print the key over TLS either', async () => {
  const port = await httpsServer((request, response) => {
    request.resume().on('end', () => response.end(success));
  });
  const { miso } = await commandIn({ MISO_SERVER: `https://localhost:${port}` });
  const { code, stderr } = await miso(['users', 'upload', 'users.csv', '--ca-file', certificate], {
    env: { NODE_DEBUG: 'http,https,tls,net,stream' },
  });
  expect(code).toBe(0);
  expect(stderr).toContain('HTTP');
  expect(stderr).not.toContain(secretKey);
});

it('the data of users is printed unchanged, even if it contains the key', async () => {
  const port = await httpServer((request, response) => {
    request.resume().on('end', () => response.end(`{"data":{"user_id":"u1","name":"${secretKey}"}}`));
  });
  const { miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
  const { stdout } = await miso(['users', 'read', 'u1']);
  expect(JSON.parse(stdout)).toEqual({ user_id: 'u1', name: secretKey });
});

it.each([
  ['apiKeyFile: pipe', 'named pipe'],
  ['caFile: pipe', 'a named pipe'],
  ['columns: { hash: name }\nhashKeyFile: pipe', 'named pipe'],
  ['caFile: /dev/zero', 'contains no certificate'],
])('a file that never ends or begins is refused: %s', async (setting, message) => {
  const { cwd, miso, requests } = await scene({ '.mirorc': setting });
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  const env: Record<string, string> = setting.startsWith('apiKeyFile') ? { MISO_API_KEY: '' } : {};
  const { code, stderr } = await miso(['users', 'upload', 'users.csv'], { env });
  expect({ code, requests: requests() }).toEqual({ code: 2, requests: 0 });
  expect(stderr).toContain(message);
});
