import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandIn, httpServer, summaryIn } from './network.ts';

const success = '{"message":"success","data":{"task_id":"t"}}';
const hour = 60 * 60 * 1000;

/** A command whose wall clock is off by `ms`: from the start, or once `file` exists. */
async function withClockOff(ms: number, port: number, file = '/') {
  const { cwd, miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
  const path = join(cwd, 'clock.cjs');
  const shift = `require('node:fs').existsSync(${JSON.stringify(join(cwd, file))}) ? ${ms} : 0`;
  await writeFile(path, `const now = Date.now; Date.now = () => now() + (${shift});`);
  return {
    cwd,
    miso: (args: readonly string[]) => miso(args, { env: { NODE_OPTIONS: `--require ${path}` } }),
  };
}

it.each([
  ['in a pause that the server asked for', []],
  ['while requests per second are limited', ['--rps', '2', '--rpr', '1']],
])('a clock set back by two hours %s delays nothing', async (_, options) => {
  let calls = 0;
  let setBack = () => {};
  const port = await httpServer((request, response) => {
    request.resume().on('end', () => {
      calls++;
      // Once the pause has begun.
      if (calls === 1) setTimeout(() => setBack(), 200);
      if (calls === 1) response.writeHead(429, { 'retry-after': '1' }).end('slow down');
      else response.end(success);
    });
  });
  const { cwd, miso } = await withClockOff(-2 * hour, port, 'set-back');
  setBack = () => void writeFile(join(cwd, 'set-back'), '');
  const { code, stdout } = await miso([
    'users',
    'upload',
    'users.csv',
    '--json',
    '--max-duration',
    '20s',
    ...options,
  ]);
  expect([code, existsSync(join(cwd, 'set-back'))]).toEqual([0, true]);
  expect(summaryIn(stdout).records['uploaded']).toBe(3);
});

it('a date in Retry-After is compared with the clock of the server, not with one that is three hours slow', async () => {
  let calls = 0;
  const port = await httpServer((request, response) => {
    request.resume().on('end', () => {
      if (++calls > 1) return response.end(success);
      const inASecond = new Date(Date.now() + 1000).toUTCString();
      return response.writeHead(429, { 'retry-after': inASecond }).end('slow down');
    });
  });
  const { miso } = await withClockOff(-3 * hour, port);
  const { code } = await miso(['users', 'upload', 'users.csv', '--max-duration', '20s']);
  expect([code, calls]).toEqual([0, 2]);
});

it('a rate of one request in months waits without a busy timer', async () => {
  let calls = 0;
  const port = await httpServer((request, response) => {
    calls++;
    request.resume().on('end', () => response.end(success));
  });
  const { miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
  const { code, stderr } = await miso([
    'users',
    'upload',
    'users.csv',
    '--rps',
    '1e-7',
    '--rpr',
    '1',
    '--max-duration',
    '2s',
  ]);
  expect([code, calls]).toEqual([4, 1]);
  expect(stderr).not.toContain('TimeoutOverflowWarning');
});

it('--max-duration ends a run that waits for a server, with its summary, and it can be resumed', async () => {
  let calls = 0;
  const port = await httpServer((request, response) => {
    request.resume().on('end', () => {
      if (++calls === 1) response.end(success);
      else response.writeHead(429, { 'retry-after': '3600' }).end();
    });
  });
  const { miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
  const { code, stdout } = await miso([
    'users',
    'upload',
    'users.csv',
    '--json',
    '--rpr',
    '1',
    '--max-duration',
    '2s',
  ]);
  expect(code).toBe(4);
  expect(summaryIn(stdout)).toMatchObject({
    records: { uploaded: 1 },
    error: { message: expect.stringContaining('--max-duration'), retryable: true },
    resumable: true,
  });
});

it('--max-wait caps the pause that the server asks for', async () => {
  let calls = 0;
  const port = await httpServer((request, response) => {
    request.resume().on('end', () => {
      if (++calls > 2) response.end(success);
      else response.writeHead(429, { 'retry-after': '3600' }).end();
    });
  });
  const { miso } = await commandIn({ MISO_SERVER: `http://127.0.0.1:${port}` });
  const { code } = await miso([
    'users',
    'upload',
    'users.csv',
    '--max-wait',
    '100ms',
    '--max-duration',
    '20s',
  ]);
  expect([code, calls]).toEqual([0, 3]);
});
