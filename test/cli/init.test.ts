import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bash, run, scene, stored } from './run.ts';
import { onTerminal } from './terminal.ts';

async function prepared() {
  const made = await scene({ key: 'good-key' });
  const { cwd } = made;
  const env = { HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' };
  return {
    ...made,
    env,
    git: (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8', stdio: 'pipe' }),
    init: (args: readonly string[], more: Record<string, string> = {}) =>
      run(['init', ...args], { cwd, env: { ...env, ...more } }),
    written: (name = '.mirorc') => readFile(join(cwd, name), 'utf8'),
  };
}

describe('init without a terminal', () => {
  it('writes a file that only its owner can read, and that the next command uses', async () => {
    const { cwd, env, sandbox, init } = await prepared();
    const made = await init(['--server', sandbox.url, '--key', 'good-key', '--id', 'Customer Id']);
    expect(made.code).toBe(0);
    expect((await stat(join(cwd, '.mirorc'))).mode & 0o777).toBe(0o600);

    const upload = await run(['users', 'upload', '-'], { cwd, env, stdin: 'Customer Id\nu-1\n' });
    expect(upload.code).toBe(0);
    expect(Object.keys(stored(sandbox))).toEqual(['u-1']);
  });

  it('checks the key with one read call', async () => {
    const { sandbox, init } = await prepared();
    expect((await init(['--server', sandbox.url, '--key', 'good-key'])).code).toBe(0);
    expect(sandbox.requests).toMatchObject([{ method: 'GET', status: 404 }]);
  });

  it.each([
    [['--key', 'bad-key'], 3, 'Miso refused the key (HTTP 401)'],
    [[], 2, 'No API key is set'],
    [['--key', 'good-key', '--server', 'http://127.0.0.1:9', '--retries', '0'], 4, 'ECONNREFUSED'],
  ])('writes nothing with %j', async (args, code, message) => {
    const { cwd, sandbox, init } = await prepared();
    const made = await init(['--server', sandbox.url, ...args]);
    expect(made.code).toBe(code);
    expect(made.stderr).toContain(message);
    await expect(stat(join(cwd, '.mirorc'))).rejects.toThrow('ENOENT');
  });

  it('writes the path of a key file relative to the settings file', async () => {
    const { cwd, sandbox, init, written } = await prepared();
    await writeFile(join(cwd, 'miso.key'), 'good-key\n');
    const made = await init(['--server', sandbox.url, '--api-key-file', 'miso.key', '--file', 'conf.yaml']);
    expect(made.code).toBe(0);
    const text = await written('conf.yaml');
    expect(text).toMatch(/^apiKeyFile: "miso\.key"$/m);
    expect(text).not.toContain('good-key');
  });

  it('does not copy a key from the environment', async () => {
    const { sandbox, init, written } = await prepared();
    const made = await init([], { MISO_API_KEY: 'good-key', MISO_SERVER: sandbox.url });
    expect(made.code).toBe(0);
    expect(await written()).not.toContain('good-key');
    expect(await written()).toContain(`\nserver: "${sandbox.url}"`);
  });

  it('replaces a file only with --force', async () => {
    const { cwd, sandbox, init, written } = await prepared();
    await writeFile(join(cwd, '.mirorc'), 'retries: 3\n');
    const args = ['--server', sandbox.url, '--key', 'good-key'];
    const refused = await init(args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('.mirorc already exists');
    expect(await written()).toBe('retries: 3\n');
    expect((await init([...args, '--force'])).code).toBe(0);
    expect(await written()).toContain('good-key');
  });

  it('checks nothing with --no-check', async () => {
    const { sandbox, init } = await prepared();
    const made = await init(['--server', sandbox.url, '--key', 'bad-key', '--no-check']);
    expect(made.code).toBe(0);
    expect(made.stdout).toContain('The key was not checked');
    expect(sandbox.requests).toHaveLength(0);
  });

  it('warns if git would commit the key, and only then', async () => {
    const { cwd, sandbox, git, init } = await prepared();
    git('init', '--quiet');
    const args = ['--server', sandbox.url, '--key', 'good-key', '--force'];
    expect((await init(args)).stderr).toContain('is not ignored by git');
    git('add', '.mirorc');
    expect((await init(args)).stderr).toContain('is tracked by git');
    git('rm', '--quiet', '--cached', '.mirorc');
    await writeFile(join(cwd, '.gitignore'), '.mirorc\n');
    expect((await init(args)).stderr).not.toContain('git');
  });

  it('runs no program that the configuration of a repository names', async () => {
    const { cwd, sandbox, git, init } = await prepared();
    git('init', '--quiet');
    const script = join(cwd, 'monitor.sh');
    await writeFile(script, `#!/bin/sh\nenv > ${join(cwd, 'ran')}\n`, { mode: 0o755 });
    git('config', 'core.fsmonitor', script);
    const { code, stderr } = await init([], { MISO_API_KEY: 'good-key', MISO_SERVER: sandbox.url });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const named = await init(['--server', sandbox.url, '--key', 'good-key', '--force']);
    expect(named.stderr).toContain('is not ignored by git');
    await expect(stat(join(cwd, 'ran'))).rejects.toThrow('ENOENT');
  });

  // On Windows the working directory comes before PATH, which can be had here, too.
  it('does not run a git that is in the repository', async () => {
    const { cwd, sandbox, init } = await prepared();
    await writeFile(join(cwd, 'git'), `#!/bin/sh\ntouch '${join(cwd, 'ran')}'\n`, { mode: 0o755 });
    const env = { PATH: `.:${process.env['PATH']}`, SYSTEMROOT: '/' };
    expect((await init(['--server', sandbox.url, '--key', 'good-key'], env)).code).toBe(0);
    await expect(stat(join(cwd, 'ran'))).rejects.toThrow('ENOENT');
  });

  it('suggests commands that work in the working directory', async () => {
    const { cwd, sandbox, git, init } = await prepared();
    await mkdir(join(cwd, 'a b'));
    git('init', '--quiet');
    const file = join('a b', 'x[1].yaml');
    const args = ['--server', sandbox.url, '--key', 'good-key', '--file', file, '--force'];
    const { stdout, stderr } = await init(args);
    expect(stdout).toContain(`miso users upload FILE --config "${join(cwd, file)}"`);
    const advised = /To ignore it: (.+)/.exec(stderr)![1]!;
    await bash(advised, { cwd: '/', env: {} });
    expect((await init(args)).stderr).not.toContain('git');
  });

  it('never prints the key', async () => {
    const { sandbox, init } = await prepared();
    for (const key of ['good-key', 'bad-key']) {
      const { stdout, stderr } = await init(['--server', sandbox.url, '--key', key, '--json', '--verbose']);
      expect(stdout + stderr).not.toContain(key);
      expect(() => JSON.parse(stdout)).not.toThrow();
    }
  });
});

describe('init on a terminal', () => {
  it('asks for server, key and column, shows no key, and offers to have git ignore the file', async () => {
    const { cwd, env, sandbox, git, written } = await prepared();
    git('init', '--quiet');
    await writeFile(join(cwd, '.gitignore'), 'node_modules');
    const { until, type, exit, raw } = onTerminal(['init'], { cwd, env });

    await until('Server [https://api.askmiso.com]: ');
    type('ftp://nowhere\r');
    await until('expected an https:// URL');
    await until('Server [');
    type(`${sandbox.url}\r`);
    await until('API key');
    type('good-key\r');
    await until('Column of the user id [user_id]: ');
    type('Customer Id\r');
    await until('Add it to .gitignore?');
    type('y\r');
    expect((await exit).code).toBe(0);

    expect(raw()).not.toContain('good-key');
    const text = await written();
    expect(text).toContain(`\nserver: "${sandbox.url}"`);
    expect(text).toContain('\napiKey: "good-key"');
    expect(text).toContain('\n  id: "Customer Id"');
    expect(await written('.gitignore')).toBe('node_modules\n/.mirorc\n');
    expect(git('status', '--porcelain')).not.toContain('mirorc');
  });

  it('keeps the answers when the key is refused, and asks again', async () => {
    const { cwd, env, sandbox, written } = await prepared();
    const { until, type, exit } = onTerminal(['init'], { cwd, env });
    await until('Server [');
    type(`${sandbox.url}\r`);
    await until('API key');
    type('bad-key\r');
    await until('Column of the user id [user_id]: ');
    type('Customer Id\r');
    await until('refused the key');
    await until(`Server [${sandbox.url}]: `);
    type('\r');
    await until('leave empty to keep it');
    type('good-key\r');
    await until('Column of the user id [Customer Id]: ');
    type('\r');
    expect((await exit).code).toBe(0);
    expect(await written()).toContain('\napiKey: "good-key"');
    expect(await written()).toContain('\n  id: "Customer Id"');
  });

  it('checks the path of a key file when it is given', async () => {
    const { cwd, env, sandbox, written } = await prepared();
    await writeFile(join(cwd, 'empty.key'), '\n');
    await writeFile(join(cwd, 'miso.key'), 'good-key\n', { mode: 0o600 });
    const { until, type, exit } = onTerminal(['init', '--server', sandbox.url], { cwd, env });
    await until('API key');
    type('\r');
    await until('File that contains the key: ');
    type('nowhere.key\r');
    await until('the key file does not exist');
    type('empty.key\r');
    await until('the key file is empty');
    type('miso.key\r');
    await until('Column of the user id');
    type('\r');
    expect((await exit).code).toBe(0);
    expect(await written()).toContain('\napiKeyFile: "miso.key"');
  });

  it('adds the file to .gitignore unless the answer is no', async () => {
    const { cwd, env, sandbox, git, written } = await prepared();
    git('init', '--quiet');
    const { until, type, exit } = onTerminal(['init', '--server', sandbox.url], { cwd, env });
    await until('API key');
    type('good-key\r');
    await until('Column of the user id');
    type('\r');
    await until('Add it to .gitignore? [Y/n]');
    type('\r');
    expect((await exit).code).toBe(0);
    expect(await written('.gitignore')).toBe('/.mirorc\n');
  });

  it.each(['\u0003', '\u0004'])('ends at %j without writing anything', async (key) => {
    const { cwd, env } = await prepared();
    const { until, type, exit, raw } = onTerminal(['init'], { cwd, env });
    await until('Server [');
    type('\r');
    await until('API key');
    type(key);

    expect((await exit).code).toBe(130);
    expect(raw()).not.toContain('    at ');
    await expect(stat(join(cwd, '.mirorc'))).rejects.toThrow('ENOENT');
  });
});
