import { execFileSync } from 'node:child_process';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { formatCount } from '../../src/text.ts';
import { scene } from './run.ts';

/** `count` users as CSV, of which the last `bad` have an age that is no number. */
function users(count: number, bad = 0): string {
  const rows = Array.from({ length: count }, (_, n) => `u${n},${n >= count - bad ? 'old' : n % 90}\n`);
  return `user_id,age\n${rows.join('')}`;
}

describe('an input without records', () => {
  it.each([
    ['stdin', ['--format', 'csv'], ''],
    ['stdin with a header only', ['--format', 'csv'], 'user_id,name\n'],
    ['stdin with an empty array', ['--format', 'json'], '[]'],
  ])('fails: %s', async (_, args, stdin) => {
    const { miso } = await scene();
    const { code, stdout } = await miso(['users', 'upload', '--json', ...args], { stdin });
    expect(code).toBe(1);
    const { error, exitCode } = JSON.parse(stdout);
    expect({ exitCode, message: error.message }).toEqual({
      exitCode: 1,
      message: 'The input contains no records.',
    });
  });

  it('is accepted with --min-records 0', async () => {
    const { miso } = await scene();
    const { code } = await miso(['users', 'upload', '--min-records', '0'], { stdin: '' });
    expect(code).toBe(0);
  });
});

describe('--allow-rejects', () => {
  it.each([
    ['a number that is reached', ['--allow-rejects', '2'], {}, 0],
    ['a number that is exceeded', ['--allow-rejects', '1'], {}, 1],
    ['a percentage that is reached', ['--allow-rejects', '1%'], {}, 0],
    ['a percentage that is exceeded', ['--allow-rejects', '0.9%'], {}, 1],
    ['the variable', [], { MISO_ALLOW_REJECTS: '2' }, 0],
    ['nothing', [], {}, 1],
  ])('with %s', async (_, args, env, expected) => {
    const { cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), users(200, 2));
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json', ...args], { env });
    const summary = JSON.parse(stdout);
    expect([code, summary.exitCode]).toEqual([expected, expected]);
    expect(summary).toMatchObject({ records: { uploaded: 198, rejected: 2 }, rejects: 'users.rejected.csv' });
  });

  it('comes from a settings file, too, and counts for validate', async () => {
    const { cwd, miso } = await scene();
    await writeFile(join(cwd, '.mirorc'), 'allowRejects: 1%\n');
    await writeFile(join(cwd, 'users.csv'), users(200, 2));
    expect((await miso(['users', 'validate', 'users.csv'])).code).toBe(0);
  });
});

describe('--max-rejects', () => {
  it('reports the same number of rejected records in every message', async () => {
    // All but the first call are refused while the others are in flight.
    const { cwd, miso } = await scene({
      faults: parseFaultPlan({
        faults: [{ do: 'reject', ids: Array.from({ length: 900 }, (_, n) => `u${n + 100}`) }],
      }),
    });
    await writeFile(join(cwd, 'users.csv'), users(1000));
    const { code, stdout, stderr } = await miso([
      'users',
      'upload',
      'users.csv',
      '--json',
      '--max-rejects',
      '1',
    ]);
    expect(code).toBe(1);
    const { records, error } = JSON.parse(stdout);
    expect(records.rejected).toBeGreaterThan(1);
    const text = `${formatCount(records.rejected)} of ${formatCount(records.read)} records rejected: more than --max-rejects 1 allows.`;
    expect(error.message).toBe(text);
    expect(stderr).toContain(text);
  });
});

describe('a file that changes while it is read', () => {
  it('ends with exit code 1 and says so', async () => {
    let calls = 0;
    const path = { name: '' };
    const { cwd, miso } = await scene({
      onRequest: () => {
        if (++calls === 1) void appendFile(path.name, 'u-late,1\n');
      },
    });
    path.name = join(cwd, 'users.csv');
    await writeFile(path.name, users(20_000));
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error.message).toMatch(/^users\.csv changed while being read: /);
  });

  it('is not one whose time ends just before a full millisecond', async () => {
    const { cwd, miso } = await scene();
    const file = join(cwd, 'users.csv');
    await writeFile(file, users(1));
    execFileSync('touch', ['-d', '2026-11-28T03:00:00.000999999Z', file]);
    // Node's number of milliseconds is rounded up.
    expect((await stat(file)).mtimeMs % 1000).toBe(1);
    expect(await miso(['users', 'validate', 'users.csv'])).toMatchObject({ code: 0 });
  });
});

describe('repeated ids', () => {
  it.each([['2'], ['3'], ['8'], ['100']])('count the same with %s records per request', async (size) => {
    const { cwd, miso, sandbox } = await scene();
    const ids = [...'0123', ...'0123'].map((n) => `u${n}`);
    await writeFile(join(cwd, 'users.csv'), `user_id,age\n${ids.map((id, n) => `${id},${n}\n`).join('')}`);
    const { stdout } = await miso(['users', 'upload', 'users.csv', '--json', '--rpr', size]);
    expect(JSON.parse(stdout).records).toEqual({
      ...{ read: 8, uploaded: 4, superseded: 4 },
      ...{ rejected: 0, skipped: 0 },
    });
    expect(sandbox.users.get('u0')).toMatchObject({ age: 4 });
  });
});

describe('the summary', () => {
  it('identifies the run and its tasks, and --verbose prints each task', async () => {
    const { cwd, miso } = await scene();
    await writeFile(join(cwd, 'users.csv'), users(250));
    const args = ['users', 'upload', 'users.csv', '--json', '--verbose', '--report', 'report.json'];
    const { stdout, stderr } = await miso(args);
    const summary = JSON.parse(stdout);
    expect(summary.runId).toMatch(/^[0-9a-f-]{36}$/);
    expect(summary.tasks.ids).toHaveLength(3);
    for (const id of summary.tasks.ids) expect(stderr).toContain(`Miso queued task ${id}`);
    expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')).tasks).toEqual(summary.tasks);
    const again = JSON.parse((await miso(args)).stdout);
    expect(again.runId).not.toBe(summary.runId);
  });

  it.each([
    ['users', 'upload', '--no-such-option'],
    ['users', 'upload', 'missing.csv'],
    ['users', 'validate', 'missing.csv'],
    ['users', 'upload', '--server', 'ftp://x', 'users.csv'],
    ['users', 'delete', 'u1'],
    ['users', 'read', 'u1', '--server', 'ftp://x'],
  ])('gives an id to a run that fails before it starts: %s %s %s', async (...args) => {
    const { cwd, miso } = await scene();
    const { stdout } = await miso([...args, '--json', '--report', 'report.json']);
    const { runId, error } = JSON.parse(stdout);
    expect(error).toBeDefined();
    expect(runId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')).runId).toBe(runId);
  });
});
