import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { oddIds } from '../delete/odd-ids.ts';
import { sampled } from '../effort.ts';
import { upload } from '../sandbox/start.ts';
import { freshFolder, run, scene, writeAll } from './run.ts';
import { onTerminal } from './terminal.ts';

const record = (user_id: string) => ({ user_id, name: `n ${user_id}` });

describe('lists of ids', () => {
  it('that users ids prints name the same users to users read and users delete', async () => {
    const { sandbox, miso } = await scene();
    const addressable = oddIds.filter((id) => id !== '.' && id !== '..');
    const ids = ['id', 'user_id', 'sep=y', '{x', '[1]', '%PDF-1', 'x;1', 'a"b', ...addressable];
    // The first line determines the kind of a list.
    for (const first of ['id', 'sep=y', '{x']) {
      await upload(sandbox, [first, ...ids.filter((id) => id !== first)].map(record));
      const { stdout: list } = await miso(['users', 'ids']);
      const read = await miso(['users', 'read'], { stdin: list });
      expect(read).toMatchObject({ code: 0, stderr: '' });
      const found = read.stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
      expect(found).toEqual([first, ...ids.filter((id) => id !== first)].map(record));
      const { code } = await miso(['users', 'delete', '--yes'], { stdin: list });
      expect([code, sandbox.users.ids()]).toEqual([0, []]);
    }
  });

  it('contain one id per line, whatever the first line looks like', async () => {
    const { sandbox, miso } = await scene();
    const ids = ['id', '"u-1"', 'u-1', 'email', 'a,b', 'x=y'];
    await upload(sandbox, [...ids, 'keep'].map(record));
    expect((await miso(['users', 'read'], { stdin: ids.join('\n') })).code).toBe(0);
    expect((await miso(['users', 'delete', '--yes'], { stdin: 'id\n"u-1"\nemail\n' })).code).toBe(0);
    expect(sandbox.users.ids()).toEqual(['u-1', 'a,b', 'x=y', 'keep']);
    expect((await miso(['users', 'delete', '--yes'], { stdin: 'a,b\nx=y\n' })).code).toBe(0);
    expect(sandbox.users.ids()).toEqual(['u-1', 'keep']);
  });

  it('come from the column that --id names', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, [record('id'), record('u1')]);
    expect((await miso(['users', 'delete', '--yes', '--id', 'id'], { stdin: 'id\nu1\n' })).code).toBe(0);
    expect(sandbox.users.ids()).toEqual(['id']);
  });

  it('are lists also where a settings file names the column of the ids for uploads', async () => {
    const { cwd, sandbox, miso } = await scene();
    await upload(sandbox, ['u1', 'u2'].map(record));
    await writeAll(cwd, { '.mirorc': 'columns: { id: Customer }\n', 'a.csv': 'Customer\nu2\n' });
    const { stdout: list } = await miso(['users', 'ids']);
    expect((await miso(['users', 'read'], { stdin: list })).code).toBe(0);
    expect((await miso(['users', 'read', '--from', 'a.csv'])).stdout).toBe(
      `${JSON.stringify(record('u2'))}\n`,
    );
  });

  it('from standard input cannot be confirmed on the same terminal', async () => {
    const { cwd, env, sandbox } = await scene();
    await upload(sandbox, [record('u1')]);
    const terminal = onTerminal(['users', 'delete', '--from', '-'], { cwd, env });
    terminal.type('u1\r\u0004');
    await terminal.until('--yes');
    expect((await terminal.exit).code).toBe(2);
    expect(sandbox.users.has('u1')).toBe(true);
  });

  it.each([
    ['the list and the report', ['--report', 'ids.txt']],
    ['the list and the receipt', ['--receipt', './ids.txt']],
    ['the report and the receipt', ['--report', 'r', '--receipt', 'r']],
    ['the report and the backup', ['--report', 'b', '--backup', 'b']],
    ['the backup and the receipt', ['--backup', 'b', '--receipt', './b']],
  ])('are not deleted when %s are the same file', async (_, options) => {
    const { cwd, sandbox, miso } = await scene();
    await upload(sandbox, [record('u1')]);
    await writeAll(cwd, { 'ids.txt': 'u1\n' });
    const refused = await miso(['users', 'delete', '--yes', '--from', 'ids.txt', ...options]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('which is also') });
    expect(sandbox.users.has('u1')).toBe(true);
    expect(await readFile(join(cwd, 'ids.txt'), 'utf8')).toBe('u1\n');
  });
});

describe('task ids', () => {
  it('are printed one per line', async () => {
    const { sandbox, miso } = await scene();
    const { body } = await upload(sandbox, [record('u1')]);
    const { task_id } = (body as { data: { task_id: string } }).data;
    const told = await miso(['users', 'status', '--json'], { stdin: `${task_id}\n` });
    expect(JSON.parse(told.stdout)).toEqual({
      tasks: [{ task_id, status: 'finished', errors: [] }],
      exitCode: 0,
    });
  });

  it.each(['..', '.'])(
    'that cannot be part of a path are refused before anything is sent: %s',
    async (id) => {
      const { sandbox, miso } = await scene();
      expect(await miso(['users', 'status', 'a', id])).toMatchObject({ code: 2 });
      expect(sandbox.requests).toHaveLength(0);
    },
  );

  it('that are not text are refused', async () => {
    const { miso } = await scene();
    const stdin = '{"task_id":"\\ud800"}\n';
    expect(await miso(['users', 'status'], { stdin })).toMatchObject({ code: 2 });
  });
});

describe('a server that does not reply', () => {
  it.each(
    sampled([
      ['read', 'u1'],
      ['delete', 'u1', '--yes'],
    ]),
  )('delays the end of users %s no longer than the grace period after a signal', async (...command) => {
    let onRequest = () => {};
    const server = createServer(() => onRequest()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { code } = await run(['users', ...command, '--timeout', '10m'], {
      cwd: await freshFolder(),
      env: { MISO_SERVER: `http://127.0.0.1:${port}`, MISO_API_KEY: 'k' },
      started: (child) => {
        onRequest = () => void child.kill('SIGTERM');
      },
    });
    expect(code).toBe(143);
  });
});
