import { describe, expect, it } from 'vitest';
import { resolveIn, usageErrorFrom, type Workspace, workspace } from '../workspace.ts';

function withProfiles(): Workspace {
  const space = workspace();
  space.write('work/.mirorc', {
    retries: 1,
    concurrency: 1,
    profile: 'staging',
    columns: { map: { A: 'name' } },
    profiles: {
      staging: { retries: 2, columns: { map: { B: 'city' } } },
      production: { retries: 3, timeout: '3s' },
    },
  });
  space.write(
    'home/.config/miso/config.yaml',
    'timeout: 5\nprofiles: { staging: { timeout: 6, retries: 6 }, mine: { retries: 7 } }\n',
  );
  return space;
}

describe('profiles', () => {
  it('override the rest of their file, but not the environment', async () => {
    const space = withProfiles();
    const { settings, origins } = await resolveIn(space, { env: { MISO_CONCURRENCY: '9' } });
    expect(settings).toMatchObject({ profile: 'staging', retries: 2, concurrency: 9, timeout: 6 });
    expect(settings.columns.map).toEqual({ A: 'name', B: 'city' });
    expect(origins.get('retries')).toEqual({
      kind: 'project',
      name: space.path('work/.mirorc'),
      profile: 'staging',
    });
    expect((await resolveIn(space, { env: { MISO_RETRIES: '4' } })).settings.retries).toBe(4);
  });

  it('are selected by flag, then variable, then file', async () => {
    const space = withProfiles();
    expect((await resolveIn(space, { env: { MISO_PROFILE: 'production' } })).settings.retries).toBe(3);
    const { settings } = await resolveIn(space, {
      env: { MISO_PROFILE: 'production' },
      flags: { profile: 'mine' },
    });
    expect(settings).toMatchObject({ retries: 1, timeout: 5 });
  });

  it('must exist: the error names the origin, the existing profiles, and the closest one', async () => {
    const space = withProfiles();
    const flag = await usageErrorFrom(resolveIn(space, { flags: { profile: 'stagging' } }));
    expect(flag.message).toBe(
      '--profile: there is no profile "stagging"; available: staging, production, mine; did you mean "staging"?',
    );
    const file = space.write('work/.mirorc', 'profile: constructor\n');
    const inFile = await usageErrorFrom(resolveIn(space));
    expect(inFile.message).toBe(`${file}: there is no profile "constructor"; available: staging, mine`);
    const none = await usageErrorFrom(resolveIn(workspace(), { env: { MISO_PROFILE: 'x' } }));
    expect(none.message).toBe('MISO_PROFILE: there is no profile "x"; no settings file has profiles');
  });

  it('are checked even when they are not in use', async () => {
    const space = workspace();
    const file = space.write('work/.mirorc', 'profiles: { a: { retries: -1 } }\n');
    const error = await usageErrorFrom(resolveIn(space));
    expect(error.message).toBe(
      `${file}: profiles.a.retries: expected a whole number from 0 to 1000, found -1`,
    );
  });

  it('may be empty', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'profile: a\nprofiles:\n  a:\n');
    expect((await resolveIn(space)).settings.profile).toBe('a');
  });
});
