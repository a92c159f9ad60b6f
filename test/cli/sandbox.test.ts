import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder, run } from './run.ts';

/** Runs `miso sandbox` until it has printed its address. */
async function sandbox(args: readonly string[], cwd?: string) {
  const folder = cwd ?? (await freshFolder());
  const result = await run(['sandbox', '--port', '0', ...args], {
    cwd: folder,
    started: (child) => child.stdout?.once('data', () => child.kill('SIGTERM')),
  });
  return { ...result, cwd: folder };
}

describe('miso sandbox', () => {
  it('says how to use it, and ends with 0 when it is stopped', async () => {
    const { code, stdout, stderr } = await sandbox([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/export MISO_SERVER=http:\/\/127\.0\.0\.1:\d+ MISO_API_KEY=trial/);
    expect(stderr).toBe('');
  });

  it.each(['0.0.0.0', '::'])('warns that --host %s gives others access', async (host) => {
    const { stderr } = await sandbox(['--host', host]);
    expect(stderr).toContain(`listens on ${host}: anyone who can reach this machine`);
  });

  it.each(['127.0.0.1', 'localhost'])('does not warn about --host %s', async (host) => {
    expect((await sandbox(['--host', host])).stderr).toBe('');
  });

  it('does not touch a file with the name of an older draft of its data file', async () => {
    const cwd = await freshFolder();
    await writeFile(join(cwd, 'precious'), 'kept');
    await writeFile(join(cwd, 'users.data.new'), 'kept too');
    await symlink('precious', join(cwd, 'users.data.tmp'));
    expect((await sandbox(['--data', 'users.data'], cwd)).code).toBe(0);
    expect(await readFile(join(cwd, 'users.data.new'), 'utf8')).toBe('kept too');
    expect(await readFile(join(cwd, 'precious'), 'utf8')).toBe('kept');
  });
});

describe('miso sandbox --demo', () => {
  it('writes sample files and says what to try', async () => {
    const { cwd, stdout } = await sandbox(['--demo']);
    expect((await readFile(join(cwd, 'users.csv'), 'utf8')).split('\n')).toHaveLength(1002);
    expect(await readFile(join(cwd, 'users-with-errors.csv'), 'utf8')).toContain(',thirty,');
    expect(stdout).toContain('miso users upload users-with-errors.csv --type score=number');
  });

  it('does not change files that exist', async () => {
    const cwd = await freshFolder();
    await writeFile(join(cwd, 'users.csv'), 'mine');
    const { code, stderr } = await sandbox(['--demo'], cwd);
    expect(code).toBe(0);
    expect(stderr).toContain('users.csv already exists and was not changed');
    expect(await readFile(join(cwd, 'users.csv'), 'utf8')).toBe('mine');
  });
});
