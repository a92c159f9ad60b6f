import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/http/server.ts';
import { sampled } from '../effort.ts';
import { isLinux } from '../platform.ts';
import { bash, type RunResult, scene, shellProgram } from './run.ts';

/** A line of shell, in which `miso` is the command. */
function shell(line: string, { cwd, env }: { cwd: string; env: Record<string, string> }): Promise<RunResult> {
  const script = `miso() { ${shellProgram} "$@"; }\n${line}`;
  return bash(script, { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env } });
}

async function prepared() {
  const made = await scene();
  await writeFile(join(made.cwd, 'few.csv'), 'user_id,name\nu-1,Ann\nu-2,Bob\n');
  const data = Array.from({ length: 5000 }, (_, n) => ({ user_id: `u-${n}`, name: `Nora ${n}` }));
  const { sandbox } = made;
  await fetch(`${sandbox.url}/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'any' },
    body: JSON.stringify({ data }),
  });
  expect(sandbox.users.size).toBe(5000);
  return {
    ...made,
    sh: (line: string, env = {}) => shell(line, { cwd: made.cwd, env: { ...made.env, ...env } }),
  };
}

const noSpace = 'error: Standard output cannot be written: ENOSPC.\n';

describe('a failing environment', () => {
  it.each(
    sampled([
      'miso users ids',
      'miso users read --format csv < ids.txt',
      'miso users read --format json < ids.txt',
      'miso --help',
      'miso users upload --help',
      'miso config',
      'miso',
      'miso completion bash',
    ]),
  )('ends silently when the reader of `%s` closes the pipe', async (command) => {
    const { cwd, sh } = await prepared();
    await writeFile(join(cwd, 'ids.txt'), Array.from({ length: 400 }, (_, n) => `u-${n}\n`).join(''));
    const { stdout, stderr } = await sh(`${command} | head -1; echo "exit \${PIPESTATUS[0]}"`);

    expect(stdout).toMatch(/^.+\nexit 0\n$/);
    expect(stderr).toBe('');
  });

  it
    .skipIf(!isLinux)
    .each(
      sampled([
        'users ids',
        'users read u-1',
        'config',
        '--help',
        'completion zsh',
        'users validate few.csv --no-progress --quiet --json',
      ]),
    )('reports a full disk in one line and exit code 1: `miso %s`', async (command) => {
    const { sh } = await prepared();
    const { code, stderr } = await sh(`miso ${command} > /dev/full`);

    expect(code).toBe(1);
    expect(stderr.replace(/^.*: CSV,.*\n/, '')).toBe(noSpace);
  });

  it.skipIf(!isLinux)('has the exit code of a failed output in the report too', async () => {
    const { cwd, sh } = await prepared();
    const { code } = await sh('miso users upload few.csv --json --report report.json > /dev/full');

    expect(code).toBe(1);
    expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')).exitCode).toBe(1);
  });

  it.each(sampled(['2>&-', '>&-', '>&- 2>&-', '<&-', '< /dev/null', ...(isLinux ? ['2>/dev/full'] : [])]))(
    'still uploads with %s',
    async (redirection) => {
      const { sandbox, cwd, sh } = await prepared();
      await writeFile(join(cwd, 'new.csv'), 'user_id\nnew-1\n');
      const { code } = await sh(`miso users upload new.csv ${redirection}`);

      expect(code).toBe(0);
      expect(sandbox.users.has('new-1')).toBe(true);
    },
  );

  it.each(sampled(['upload', 'validate', 'read', 'status']))(
    'does not wait for a closed stdin in users %s',
    async (command) => {
      const { sh } = await prepared();
      const { code, signal } = await sh(`miso users ${command} <&-`);

      expect(signal).toBeNull();
      // An upload of no records is 1.
      expect([0, 1, 2, 5]).toContain(code);
    },
  );

  it('deletes nothing without --yes in non-interactive mode', async () => {
    const { sandbox, sh } = await prepared();
    for (const line of [
      'miso users delete u-1',
      'echo u-1 | miso users delete',
      'miso users delete < /dev/null',
    ]) {
      const { code, stderr } = await sh(line);
      expect(code).toBe(2);
      expect(stderr).toContain('requires --yes in non-interactive mode');
    }
    expect(sandbox.users.size).toBe(5000);
  });

  it('works without a home folder', async () => {
    const { sh } = await prepared();
    const { code, stderr } = await sh('unset HOME XDG_STATE_HOME; miso users upload few.csv');

    expect(code).toBe(0);
    expect(stderr).not.toContain('at Object');
  });

  it('reports that the report cannot be written', async () => {
    const { cwd, sh } = await prepared();
    const folder = join(cwd, 'sealed');
    await mkdir(folder);
    await writeFile(join(folder, 'bad.csv'), 'user_id,age\nu-1,x\nu-2,7\n');
    await chmod(folder, 0o555);
    // A process of root may write everywhere: a folder of the kernel's is closed to it as well.
    const closed = process.getuid?.() === 0 ? '/proc/self' : folder;
    const { code, stderr } = await sh(
      `cd ${closed} && miso users upload ${folder}/bad.csv --report report.json`,
    );

    expect(code).toBe(1);
    expect(stderr).toMatch(/The report report\.json cannot be written: E[A-Z]+\./);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('runs in a folder that was removed', async () => {
    const { sh } = await prepared();
    const { code, stdout } = await sh('mkdir gone && cd gone && rmdir ../gone && miso users read u-1');

    expect(code).toBe(0);
    expect(JSON.parse(stdout).name).toBe('Nora 1');
  });

  it('fails when the port of a sandbox is in use', async () => {
    const { sh } = await prepared();
    const other = await startSandbox({});
    const { port } = new URL(other.url);
    const { code, stderr } = await sh(`miso sandbox --port ${port}`);
    await other.close();

    expect(code).toBe(2);
    expect(stderr).toContain(`port ${port}`);
  });

  it('leaves no partial report behind', async () => {
    const { cwd, sh } = await prepared();
    await mkdir(join(cwd, 'report.json'));
    const { code, stderr } = await sh('miso users upload few.csv --report report.json');

    expect(code).toBe(1);
    expect(stderr).toContain('error: The report report.json cannot be written: EISDIR.');
    expect((await readdir(cwd)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});
