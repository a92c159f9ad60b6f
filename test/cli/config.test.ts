import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scene, writeAll } from './run.ts';

const profiles = 'server: http://127.0.0.1:9\nprofiles: { staging: { retries: 1 }, production: {} }\n';

/** A folder that another person prepared; the user has a key and a home folder. */
async function prepared(settings: string) {
  const { miso, cwd, sandbox, env } = await scene();
  await mkdir(join(cwd, 'home'));
  await mkdir(join(cwd, 'work'));
  await writeAll(cwd, {
    'work/.mirorc': settings,
    'work/users.csv': 'user_id,age\nu-1,x\n',
    'home/.bashrc': 'mine\n',
  });
  const here = {
    cwd: join(cwd, 'work'),
    env: { HOME: join(cwd, 'home'), XDG_STATE_HOME: '', MISO_SERVER: '' },
  };
  return {
    miso: (args: readonly string[], more: Record<string, string> = {}) =>
      miso(args, { ...here, env: { ...here.env, ...more } }),
    ...{ cwd, sandbox, env },
  };
}

describe('a project settings file that is not trusted', () => {
  it('does not send the key to another server, until it is trusted with this content', async () => {
    const settings = 'server: https://127.0.0.1.nip.example\nretries: 0\ntimeout: 1s\nquiet: true\n';
    const { miso, cwd } = await prepared(settings);
    const refused = await miso(['users', 'ids', '--quiet']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('would receive the key of MISO_API_KEY');
    expect(refused.stderr).toContain('miso config trust');

    const trusted = await miso(['config', 'trust']);
    expect(trusted).toMatchObject({ code: 0, stderr: '' });
    expect(trusted.stdout).toContain(`Trusted ${join(cwd, 'work/.mirorc')} until it changes.`);
    expect(trusted.stdout).toContain('Allowed: ');
    expect((await miso(['config'])).code).toBe(0);

    await writeFile(join(cwd, 'work/.mirorc'), `${settings}# changed\n`);
    expect((await miso(['config'])).code).toBe(2);
    expect((await miso(['config', '--config', '.mirorc'])).code).toBe(0);
  });

  it.each(['rejects: ~/.bashrc\n', 'report: ~/.bashrc\n', 'report: link/.bashrc\n'])(
    'does not replace a file outside its folder: %j',
    async (settings) => {
      const { miso, cwd } = await prepared(settings);
      await symlink(join(cwd, 'home'), join(cwd, 'work/link'));
      const { code, stderr } = await miso(['users', 'validate', 'users.csv']);
      expect(code).toBe(2);
      expect(stderr).toContain('outside its folder');
      expect(await readFile(join(cwd, 'home/.bashrc'), 'utf8')).toBe('mine\n');
    },
  );

  it('does not send the content of a file outside its folder as the key', async () => {
    const { miso, cwd } = await prepared('server: https://elsewhere.example\napiKeyFile: ~/.npmrc\n');
    await writeFile(join(cwd, 'home/.npmrc'), 'npm-token\n');
    const { code, stderr } = await miso(['users', 'ids'], { MISO_API_KEY: '' });
    expect(code).toBe(2);
    expect(stderr).toContain('sets the server https://elsewhere.example');
  });

  it('cannot be trusted by .env', async () => {
    const { miso, cwd } = await prepared('retries: 0\n');
    await writeFile(join(cwd, 'work/.env'), 'MISO_SERVER=https://elsewhere.example\nMISO_CONFIG=.mirorc\n');
    const { code, stderr } = await miso(['users', 'ids']);
    expect(code).toBe(2);
    expect(stderr).toContain('.env (MISO_SERVER) sets the server');
  });
});

describe('miso config', () => {
  it('get prints one value, plain or as JSON', async () => {
    const { miso } = await prepared(profiles);
    const get = async (...args: string[]) => {
      const { code, stdout } = await miso(['config', 'get', ...args]);
      return { code, stdout };
    };
    expect(await get('server')).toEqual({ code: 0, stdout: 'http://127.0.0.1:9\n' });
    expect(await get('retries', '--profile', 'staging')).toEqual({ code: 0, stdout: '1\n' });
    expect(await get('columns.map')).toEqual({ code: 0, stdout: '{}\n' });
    expect(await get('caFile')).toEqual({ code: 1, stdout: '' });
    expect((await get('apiKey')).stdout).toMatch(/^\*\*\* \(fingerprint/);
    const { stdout } = await get('timeout', '--json');
    expect(JSON.parse(stdout)).toEqual({ key: 'timeout', value: 60, origin: 'default', kind: 'default' });
    const unknown = await miso(['config', 'get', 'retrys']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('Did you mean retries?');
  });

  it('path and profiles list the files and the profiles, also of a file that is not trusted', async () => {
    const { miso, cwd } = await prepared(`${profiles}report: ~/.bashrc\n`);
    await writeFile(join(cwd, 'work/.env'), 'MISO_RETRIES=1\n');
    const [dotenv, project] = [join(cwd, 'work/.env'), join(cwd, 'work/.mirorc')];
    expect((await miso(['config', 'path'])).stdout).toBe(`dotenv  ${dotenv}\nproject ${project}\n`);
    expect((await miso(['config', 'profiles'])).stdout).toBe('staging\nproduction\n');
    expect(JSON.parse((await miso(['config', 'profiles', '--json'])).stdout)).toEqual({
      profiles: ['staging', 'production'],
    });
  });

  it('trust fails if there is nothing to trust', async () => {
    const { miso } = await scene();
    expect(await miso(['config', 'trust'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('a key in the wrong place', () => {
  const secret = 'sk-live-0123456789abcdef';
  it.each([
    ['users', 'upload', `--apikey=${secret}`],
    ['users', 'upload', `-K${secret}`],
    ['users', secret],
    [secret],
    ['config', secret],
    ['completion', secret],
    ['users', 'ids', '--server', secret],
    ['users', 'ids', '--timeout', secret],
    ['users', 'ids', '--profile', secret],
    ['config', 'get', secret],
    ['users', 'read', 'u', '--format', secret],
    ['users', 'ids', '--param', `x=${secret}`, '--key', secret],
    ['users', 'ids', '--param', `${secret}=1`, '--key', secret],
    ['users', 'upload', secret],
    ['users', 'upload', '--map', secret],
  ])('is not printed: %j', async (...args) => {
    const { miso, sandbox } = await scene();
    const { code, stdout, stderr } = await miso([...args, '--json'], { env: { MISO_API_KEY: secret } });
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain(secret);
    expect(sandbox.requests).toEqual([]);
  });

  it.each([
    `key: ${secret}\n`,
    `server: ${secret}\n`,
    `timeout: ${secret}\n`,
    `apiKey ${secret}\n`,
    `apiKey: "${secret}\n`,
    `apiKey: [${secret}]\n`,
    `profile: ${secret}\n`,
    `${secret}\n`,
    `${secret}: 1\n`,
    `params: { x: ${secret} }\napiKey: ${secret}\n`,
    `columns: ${secret}\n`,
  ])('in a settings file is not printed: %j', async (settings) => {
    const { miso } = await prepared(settings);
    const { code, stdout, stderr } = await miso(['users', 'ids', '--json'], { MISO_API_KEY: '' });
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain(secret);
  });
});
