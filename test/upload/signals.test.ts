import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoppedError } from '../../src/errors.ts';
import { stopSignals } from '../api/fake-server.ts';
import { bin } from '../cli/run.ts';
import { sampled } from '../effort.ts';
import { csv, namesIn, plain, uploadScene } from './scene.ts';

/** The command as a process, and its output once it ends. */
function command(cwd: string, server: string, args: readonly string[], env: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      MISO_SERVER: server,
      MISO_API_KEY: 'sandbox',
      XDG_STATE_HOME: join(cwd, '.state'),
      ...env,
    },
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    ),
  );
  return { child, ended, stderr: () => Buffer.concat(err).toString() };
}

const arguments_ = ['users', 'upload', 'users.csv', '--json', '--report', 'report.json', '--no-progress'];

describe('a signal', () => {
  it.each(
    sampled([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const),
  )('%s lets calls in flight finish, writes all outcomes, and --resume continues', async (signal, code) => {
    let onCall = () => {};
    const { write, sandbox, cwd } = await uploadScene([{ do: 'reject', ids: ['u3'] }], {
      latency: 30,
      onRequest: () => onCall(),
    });
    await write('users.csv', csv(plain(5000)));
    const { child, ended } = command(cwd, sandbox.url, arguments_);
    onCall = () => {
      if (sandbox.stats.calls < 12) return;
      child.kill(signal);
      onCall = () => {};
    };
    const { code: exitCode, stdout } = await ended;

    expect(exitCode).toBe(code);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({
      exitCode: code,
      records: { rejected: 1 },
      rejects: 'users.rejected.csv',
    });
    // All calls in flight have finished: the server has exactly the records that were counted.
    expect(summary.records.uploaded).toBe(sandbox.users.size);
    expect(summary.records.uploaded).toBeLessThan(4999);
    expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'))).toEqual(summary);
    expect((await readFile(join(cwd, 'users.rejected.csv'), 'utf8')).split('\n')).toHaveLength(3);

    const again = await command(cwd, sandbox.url, [...arguments_, '--resume']).ended;
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout).records).toMatchObject({
      read: 5000,
      skipped: summary.records.uploaded + 1,
      uploaded: 4999 - summary.records.uploaded,
    });
    expect(namesIn(sandbox).size).toBe(4999);
  });

  it('given twice ends the run immediately, even with calls in flight', async () => {
    const { write, sandbox, cwd } = await uploadScene([{ do: 'stall', on: 'upload', after: 1 }]);
    await write('users.csv', csv(plain(3000)));
    const { child, ended, stderr } = command(cwd, sandbox.url, [
      ...arguments_,
      '--timeout',
      '1h',
      '--verbose',
    ]);
    await expect.poll(() => sandbox.stats.inFlight, { timeout: 20_000 }).toBe(8);
    child.kill('SIGINT');
    // The second signal differs, because two of the same kind may be delivered as one.
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect([130, 143]).toContain(code);
    expect(JSON.parse(stdout)).toMatchObject({ records: { uploaded: 100 } });
    expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')).records.uploaded).toBe(100);
    expect(stderr()).not.toContain('bug');
  });

  it('ends a long wait that the server asked for, and the process with it', async () => {
    const { write, sandbox, cwd } = await uploadScene([
      { do: 'status', status: 429, retryAfter: 3600, after: 2 },
    ]);
    await write('users.csv', csv(plain(1000)));
    const { child, ended } = command(cwd, sandbox.url, arguments_);
    await expect.poll(() => sandbox.requests.at(-1)?.status, { timeout: 20_000 }).toBe(429);
    await expect.poll(() => sandbox.stats.inFlight).toBe(0);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 130, records: { uploaded: 200 } });
  });

  it('ends a run that waits for more data from a pipe', async () => {
    const { sandbox, cwd } = await uploadScene();
    const { child, ended } = command(cwd, sandbox.url, [
      'users',
      'upload',
      '--json',
      '--rpr',
      '1',
      '--no-progress',
    ]);
    // Longer than the part that is examined before the first record is sent.
    child.stdin?.write(csv(plain(9000)));
    await expect.poll(() => sandbox.users.size, { timeout: 20_000 }).toBeGreaterThan(0);
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(143);
    expect(JSON.parse(stdout).records.uploaded).toBe(sandbox.users.size);
  });

  it('ends a process that is kept alive, on Windows with the exit code instead of the signal', async () => {
    const { write, sandbox, cwd } = await uploadScene([{ do: 'stall', on: 'upload', after: 1 }]);
    await write('users.csv', csv(plain(3000)));
    const preload = `setInterval(() => {}, 1e6); Object.defineProperty(process, 'platform', { value: 'win32' });`;
    const { child, ended } = command(cwd, sandbox.url, [...arguments_, '--timeout', '1h'], {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}`,
    });
    await expect.poll(() => sandbox.stats.inFlight, { timeout: 20_000 }).toBe(8);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect([130, 143]).toContain((await ended).code);
  });

  it('ends a run that waits for the first byte of a pipe', async () => {
    const stdin = new PassThrough();
    const { soft, stop } = stopSignals();
    const { upload } = await uploadScene();
    const stopped = upload({ inputs: ['-'], stdin, stop });
    await expect.poll(() => stdin.listenerCount('readable')).toBeGreaterThan(0);
    soft.abort(new StoppedError('Interrupted.', 130));
    expect((await stopped).summary).toMatchObject({ exitCode: 130, requests: { sent: 0 } });
  });

  it('leaves no lock', async () => {
    const { write, sandbox, cwd } = await uploadScene([
      { do: 'status', status: 429, retryAfter: 3600, after: 1 },
    ]);
    await write('users.csv', csv(plain(300)));
    const { child, ended } = command(cwd, sandbox.url, arguments_);
    await expect.poll(() => sandbox.requests.at(-1)?.status, { timeout: 20_000 }).toBe(429);
    child.kill('SIGTERM');
    await ended;
    const names = await readdir(join(cwd, '.state', 'miso', 'uploads'));
    expect(names.map((name) => name.replace(/^[0-9a-f-]+/, ''))).toEqual(['.journal']);
  });
});

describe('a killed process', () => {
  it('leaves a lock that the next run takes over', async () => {
    const { write, sandbox, cwd } = await uploadScene([{ do: 'stall', on: 'upload', after: 1, times: 9 }]);
    await write('users.csv', csv(plain(1000)));
    const { child, ended } = command(cwd, sandbox.url, arguments_);
    await expect.poll(() => sandbox.stats.inFlight, { timeout: 20_000 }).toBe(8);
    const second = await command(cwd, sandbox.url, [...arguments_, '--resume']).ended;
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`Another upload of the same input is running (process ${child.pid}).`);
    child.kill('SIGKILL');
    await ended;
    const third = await command(cwd, sandbox.url, [...arguments_, '--resume', '--timeout', '2s']).ended;
    expect(third.code).toBe(0);
    expect(JSON.parse(third.stdout).records).toMatchObject({ read: 1000, skipped: 100, uploaded: 900 });
  });
});
