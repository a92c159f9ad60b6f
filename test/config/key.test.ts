import { mkdirSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { requireApiKey } from '../../src/config/require-key.ts';
import { Secret } from '../../src/config/secret.ts';
import { isWindows } from '../platform.ts';
import { resolveIn, usageErrorFrom, workspace } from './workspace.ts';

const key = 'TopSecretKey123';

describe('the key', () => {
  it('comes from flag, environment, project file and user file, in this order', async () => {
    const space = workspace();
    const inputs = { flags: { apiKey: 'flag' }, env: { MISO_API_KEY: 'env' } };
    space.write('home/.config/miso/config.yaml', 'apiKey: user\n');
    expect((await resolveIn(space)).settings.apiKey?.reveal()).toBe('user');
    space.write('work/.mirorc', 'apiKey: project\n');
    expect((await resolveIn(space)).settings.apiKey?.reveal()).toBe('project');
    expect((await resolveIn(space, { env: inputs.env })).settings.apiKey?.reveal()).toBe('env');
    expect((await resolveIn(space, inputs)).settings.apiKey?.reveal()).toBe('flag');
  });

  it.each(['utf8', 'utf16le'] as const)(
    'is read from a file in %s, without surrounding white space',
    async (encoding) => {
      const space = workspace();
      writeFileSync(space.write('work/key', ''), `\ufeff${key}\r\n`, encoding);
      const { settings, origins } = await resolveIn(space, { env: { MISO_API_KEY_FILE: 'key' } });
      expect(settings.apiKey?.reveal()).toBe(key);
      expect(origins.get('apiKeyFile')?.name).toBe('MISO_API_KEY_FILE');
    },
  );

  it('overrides a key file with lower precedence, and vice versa', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'apiKeyFile: absent\n');
    expect((await resolveIn(space, { env: { MISO_API_KEY: key } })).settings).not.toHaveProperty(
      'apiKeyFile',
    );
    space.write('work/.mirorc', 'apiKey: lower\nprofiles: { p: { apiKeyFile: key } }\n');
    space.write('work/key', key);
    expect((await resolveIn(space, { flags: { profile: 'p' } })).settings.apiKey?.reveal()).toBe(key);
  });

  it('and a key file cannot be set in one place', async () => {
    const space = workspace();
    const both = await usageErrorFrom(
      resolveIn(space, { env: { MISO_API_KEY: key, MISO_API_KEY_FILE: 'x' } }),
    );
    expect(both.message).toBe(
      'MISO_API_KEY and MISO_API_KEY_FILE: apiKey and apiKeyFile cannot both be set; keep one of the two',
    );
    const file = space.write('work/.mirorc', 'profiles: { p: { apiKey: a, apiKeyFile: b } }\n');
    const inFile = await usageErrorFrom(resolveIn(space));
    expect(inFile.message).toBe(
      `${file} (profile p): apiKey and apiKeyFile cannot both be set; keep one of the two`,
    );
  });

  it.each<[string, string | undefined, RegExp]>([
    ['absent', undefined, /absent \(from MISO_API_KEY_FILE\): the key file does not exist\.$/],
    ['empty', '', /the key file is empty/],
    ['blank', ' \n\n', /the key file is empty/],
    ['lines', `${key}\n${key}\n`, /the key contains a line break/],
    ['env', `MISO_API_KEY= ${key}`, /white space/],
    ['long', key.repeat(100_000), /the key is too long: 65536 characters/],
    ['binary', `${key}\0`, /control character/],
  ])('file %s is refused without showing its content', async (name, content, message) => {
    const space = workspace();
    if (content !== undefined) space.write(`work/${name}`, content);
    const error = await usageErrorFrom(resolveIn(space, { env: { MISO_API_KEY_FILE: name } }));
    expect(error.message).toMatch(message);
    expect(error.message).toContain(space.path('work', name));
    expect(`${error.message}${error.hint}${error.cause}`).not.toContain(key);
  });

  it('in place of its file is not repeated', async () => {
    const space = workspace();
    const env = { MISO_API_KEY_FILE: 'sk-live-0123456789abcdef' };
    const { message } = await usageErrorFrom(resolveIn(space, { env }));
    expect(message).toBe(
      `${space.path('work', '***')} (from MISO_API_KEY_FILE): the key file does not exist.`,
    );
  });

  it('file that is a folder is refused, and none is read for a command that connects to nothing', async () => {
    const space = workspace();
    mkdirSync(space.path('work/folder'), { recursive: true });
    const input = { env: { MISO_API_KEY_FILE: 'folder' } };
    expect((await usageErrorFrom(resolveIn(space, input))).message).toContain('this is a folder');
    expect((await resolveIn(space, { ...input, offline: true })).settings).not.toHaveProperty('apiKey');
  });

  it.skipIf(isWindows)('that others can read in a settings file causes a warning with the fix', async () => {
    const space = workspace();
    const file = space.write('work/.mirorc', 'profiles: { p: { apiKey: secret } }\n', 0o640);
    const user = space.write('home/.config/miso/config.yaml', 'apiKey: secret\n', 0o604);
    expect((await resolveIn(space)).warnings).toEqual([
      `${file} contains a key and other users can read it. Run: chmod 600 ${file}`,
      `${user} contains a key and other users can read it. Run: chmod 600 ${user}`,
    ]);
  });

  it('in a private file, or a readable file without a key, causes no warning', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'apiKey: secret\n', 0o600);
    space.write('home/.config/miso/config.yaml', 'retries: 1\n', 0o644);
    expect((await resolveIn(space)).warnings).toEqual([]);
  });

  it('on the command line causes a warning', async () => {
    const { warnings } = await resolveIn(workspace(), { flags: { apiKey: key } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^The key of --key is visible in process lists/);
    expect(warnings[0]).not.toContain(key);
  });

  it('is required by commands that connect', async () => {
    const { settings } = await resolveIn(workspace(), { env: { MISO_API_KEY: '' } });
    expect(() => requireApiKey(settings)).toThrow('No API key is set; nothing was sent.');
    const given = await resolveIn(workspace(), { env: { MISO_KEY: key } });
    expect(requireApiKey(given.settings).reveal()).toBe(key);
  });
});

describe('Secret', () => {
  it('does not show its text, however it is printed', () => {
    const secret = new Secret(key);
    const printed = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
      Object.entries(secret).join(),
      secret.fingerprint(),
    ];
    for (const text of printed) expect(text).not.toContain(key);
    expect(inspect(secret)).toBe('***');
    expect(secret.reveal()).toBe(key);
  });

  it('has a fingerprint that distinguishes keys', () => {
    expect(new Secret('a').fingerprint()).toMatch(/^[0-9a-f]{8}$/);
    expect(new Secret('a').fingerprint()).toBe(new Secret('a').fingerprint());
    expect(new Secret('a').fingerprint()).not.toBe(new Secret('b').fingerprint());
  });
});
