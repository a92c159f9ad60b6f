import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { SettingsInput } from '../../../src/config/resolve.ts';
import { isWindows } from '../../platform.ts';
import { resolveIn, usageErrorFrom, type Workspace, workspace } from '../workspace.ts';

const key = { MISO_API_KEY: 'k' };
const stranger = 'https://elsewhere.example';

async function refusal(space: Workspace, input: Partial<SettingsInput> = {}): Promise<string> {
  const { message, hint } = await usageErrorFrom(resolveIn(space, input));
  expect(hint).toContain('`miso config trust`');
  return message;
}

describe('a server set by a project file', () => {
  it.each([
    ['.mirorc', `server: ${stranger}\n`],
    ['.misorc.json', { apiServer: stranger }],
    ['package.json', { miso: { server: stranger } }],
    ['../.mirorc', `server: ${stranger}\n`],
    ['.mirorc', `profile: p\nprofiles: { p: { server: ${stranger} } }\n`],
    ['.env', `MISO_API_SERVER=${stranger}\n`],
    ['.env', `export MISO_SERVER="${stranger}" # ours\n`],
  ])('does not get the key of the environment: %s %j', async (name, content) => {
    const space = workspace();
    const file = space.write(`work/${name}`, content);
    const message = await refusal(space, { env: key });
    expect(message).toContain(file);
    expect(message).toContain(stranger);
    expect(message).toContain('MISO_API_KEY');
  });

  it('does not get a key of a flag, of the user file, or of --env either', async () => {
    const space = workspace();
    space.write('work/.mirorc', `server: ${stranger}\nquiet: true\n`);
    await refusal(space, { flags: { apiKey: 'k' } });
    await refusal(space, { env: { MISO_STAGING_API_KEY: 'k', MISO_ENV: 'staging' } });
    space.write('home/.config/miso/config.yaml', 'apiKey: k\n');
    await refusal(space);
  });

  it.skipIf(isWindows)(
    'does not get the content of a file outside its folder, also behind a symlink',
    async () => {
      const space = workspace();
      const token = space.write('home/token', 'token');
      mkdirSync(space.path('work'));
      symlinkSync(token, space.path('work/link'));
      symlinkSync(space.path('home'), space.path('work/keys'));
      for (const path of ['~/token', 'link', 'keys/token', '../home/token']) {
        space.write('work/.mirorc', `server: ${stranger}\napiKeyFile: ${path}\n`);
        expect(await refusal(space), path).toContain(stranger);
      }
    },
  );

  it('gets a key from its own folder', async () => {
    const space = workspace();
    space.write('work/keys/token', 'token');
    space.write('work/.mirorc', `server: ${stranger}\napiKeyFile: keys/token\n`);
    expect((await resolveIn(space)).settings.apiKey?.reveal()).toBe('token');
    space.write('work/.mirorc', `server: ${stranger}\napiKey: own\n`);
    expect((await resolveIn(space)).settings.apiKey?.reveal()).toBe('own');
    space.write('work/.mirorc', `server: ${stranger}\n`);
    space.write('work/.env', 'MISO_API_KEY=beside\n');
    expect((await resolveIn(space)).settings.apiKey?.reveal()).toBe('beside');
  });

  it('must not come with a CA file of another folder', async () => {
    const space = workspace();
    space.write('work/.mirorc', `server: ${stranger}\napiKey: own\ncaFile: ~/ca.pem\n`);
    expect(await refusal(space)).toContain('CA file');
    space.write('work/.mirorc', `server: ${stranger}\napiKey: own\ncaFile: ca.pem\n`);
    expect((await resolveIn(space)).warnings).toEqual([]);
  });

  it.each(['https://askmiso.com', 'https://eu.api.askmiso.com/v2', 'https://api.askmiso.com'])(
    'may be %s',
    async (server) => {
      const space = workspace();
      space.write('work/.mirorc', `server: ${server}\n`);
      expect((await resolveIn(space, { env: key })).warnings).toEqual([]);
    },
  );

  it.each(['https://askmiso.com.evil.example', 'https://notaskmiso.com', 'https://api-askmiso.com'])(
    'may not be %s',
    async (server) => {
      const space = workspace();
      space.write('work/.mirorc', `server: ${server}\n`);
      await refusal(space, { env: key });
    },
  );

  it('may be a loopback address, with a warning that the file cannot hide', async () => {
    const space = workspace();
    const file = space.write('work/.mirorc', 'server: http://127.0.0.1:8080\nquiet: true\n');
    const { warnings, settings } = await resolveIn(space, { env: key });
    expect(warnings).toEqual([`${file} sends the key of MISO_API_KEY to http://127.0.0.1:8080.`]);
    expect(settings.quiet).toBe(false);
    expect((await resolveIn(space, { env: key, flags: { quiet: true } })).settings.quiet).toBe(true);
  });

  it('does not matter offline, when a flag overrides it, or when the user named the file', async () => {
    const space = workspace();
    space.write('work/.mirorc', `server: ${stranger}\n`);
    await resolveIn(space, { env: key, offline: true });
    await resolveIn(space, { env: { ...key, MISO_SERVER: 'https://mine.example' } });
    await resolveIn(space, { env: key, configPath: '.mirorc' });
    await resolveIn(space, { env: { ...key, MISO_CONFIG: '.mirorc' } });
  });

  it('is not trusted because of --config if .env sets it', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'retries: 1\n');
    space.write('work/.env', `MISO_SERVER=${stranger}\nMISO_CONFIG=.mirorc\n`);
    await refusal(space, { env: key });
    await refusal(space, { env: key, configPath: '.mirorc' });
  });
});

it('warns of a CA file with the default server, which keeps working', async () => {
  const space = workspace();
  const file = space.write('work/.mirorc', 'caFile: ca.pem\napiKeyFile: ~/key\n');
  space.write('home/key', 'k');
  expect((await resolveIn(space, { env: key })).warnings).toEqual([
    `${file} adds the CA ${space.path('work/ca.pem')}: its owner could read the key of MISO_API_KEY.`,
  ]);
});

describe('an output set by a project file', () => {
  it.each([
    'rejects: ~/.bashrc',
    'report: ../home/.bashrc',
    'stateDir: /var/lib/other',
    'report: link/x.json',
    'rejects: dangling',
    'report: .git/config',
    'report: .GIT/config',
    'profile: p\nprofiles: { p: { report: ~/.bashrc } }',
  ])('must be inside its folder, also offline: %s', async (content) => {
    if (isWindows && /link|dangling/.test(content)) return;
    const space = workspace();
    mkdirSync(space.path('work'));
    mkdirSync(space.path('home'));
    symlinkSync(space.path('home'), space.path('work/link'));
    symlinkSync(space.path('home/new'), space.path('work/dangling'));
    space.write('work/.mirorc', `${content}\n`);
    for (const offline of [true, false])
      expect(await refusal(space, { offline })).toContain('outside its folder');
  });

  it('may be anywhere when a flag, a variable or the user file sets it', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'report: ~/.bashrc\n');
    await resolveIn(space, { flags: { report: '/tmp/r.json' } });
    await resolveIn(space, { env: { MISO_REPORT: '/tmp/r.json' } });
    space.write('work/.mirorc', 'report: out/report.json\nrejects: bad/users.csv\nstateDir: .state\n');
    space.write('home/.config/miso/config.yaml', 'report: ~/r.json\n');
    await resolveIn(space);
  });

  it('is refused in .env too', async () => {
    const space = workspace();
    space.write('work/.env', 'MISO_REJECTS=~/.bashrc\n');
    expect(await refusal(space, { offline: true })).toContain('.env (MISO_REJECTS) would write');
  });
});

// Only root can change the owner of a file.
describe.runIf(userInfo().uid === 0)('a settings file of another user', () => {
  it.each(['work/.mirorc', '.mirorc', 'work/.env', 'home/.config/miso/config.yaml'])(
    'is refused, not skipped: %s',
    async (name) => {
      const space = workspace();
      const file = space.write(name, name.endsWith('.env') ? 'MISO_RETRIES=1\n' : 'retries: 1\n');
      chmodSync(space.root, 0o755);
      chownSync(file, 12345, 0);
      expect(await refusal(space, { uid: 500, offline: true })).toBe(`${file} belongs to another user.`);
      expect((await resolveIn(space, { uid: 12345 })).settings.retries).toBe(1);
      chownSync(file, 0, 0);
      expect((await resolveIn(space, { uid: 500 })).settings.retries).toBe(1);
    },
  );

  it('is used if the user named it, or runs the program with sudo', async () => {
    const space = workspace();
    chownSync(space.write('work/.mirorc', 'retries: 1\n'), 12345, 0);
    expect((await resolveIn(space, { uid: 500, env: { MISO_CONFIG: '.mirorc' } })).settings.retries).toBe(1);
    expect((await resolveIn(space, { uid: 0, env: { SUDO_UID: '12345' } })).settings.retries).toBe(1);
    await refusal(space, { uid: 0 });
    await refusal(space, { uid: 500, env: { SUDO_UID: '12345' } });
  });
});
