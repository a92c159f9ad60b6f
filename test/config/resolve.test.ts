import { describe, expect, it } from 'vitest';
import { resolveIn, usageErrorFrom, workspace } from './workspace.ts';

describe('resolveSettings', () => {
  it('returns every default if nothing is set', async () => {
    const space = workspace();
    const { settings, warnings, files } = await resolveIn(space);
    expect(settings).toEqual({
      server: 'https://api.askmiso.com',
      timeout: 60,
      maxWait: 86_400,
      maxChanges: { percent: 30 },
      maxStateAge: 2_592_000,
      retries: 8,
      concurrency: 'auto',
      recordsPerRequest: 100,
      bytesPerRequest: 1_048_576,
      params: {},
      dryRun: false,
      wait: false,
      safeCsv: false,
      yes: false,
      columns: { map: {}, set: {}, type: {}, listSeparator: '|', coerce: false, assumeUtc: false },
      piiCheck: true,
      quiet: false,
      verbose: false,
      stateDir: space.path('home/.local/state/miso'),
    });
    expect(warnings).toEqual([]);
    expect(files).toEqual([]);
  });

  it('prefers flags to environment to project file to user file to default', async () => {
    const space = workspace();
    const project = space.write('work/.mirorc', 'retries: 3\nconcurrency: 3\ntimeout: 3\n');
    const user = space.write(
      'home/.config/miso/config.yaml',
      'retries: 2\nconcurrency: 2\ntimeout: 2\nwait: true\n',
    );
    const { settings, origins, files } = await resolveIn(space, {
      env: { MISO_RETRIES: '4', MISO_CONCURRENCY: '4' },
      flags: { retries: '5' },
    });
    expect(settings).toMatchObject({
      retries: 5,
      concurrency: 4,
      timeout: 3,
      wait: true,
      recordsPerRequest: 100,
    });
    expect(origins.get('retries')).toEqual({ kind: 'flag', name: '--retries' });
    expect(origins.get('concurrency')).toEqual({ kind: 'env', name: 'MISO_CONCURRENCY' });
    expect(origins.get('timeout')).toEqual({ kind: 'project', name: project });
    expect(origins.get('wait')).toEqual({ kind: 'user', name: user });
    expect(origins.get('recordsPerRequest')).toEqual({ kind: 'default', name: 'default' });
    expect(files).toEqual([project, user]);
  });

  it('reports all problems of flags, environment and files together', async () => {
    const space = workspace();
    const file = space.write('work/.mirorc', 'retrys: 3\ntimeout: soon\n');
    const error = await usageErrorFrom(
      resolveIn(space, { env: { MISO_CONCURRENCY: 'abc' }, flags: { requestsPerSecond: 'abc' } }),
    );
    expect(error.message).toContain('4 problems');
    expect(error.message).toContain('--requests-per-second: expected a number above 0');
    expect(error.message).toContain(
      'MISO_CONCURRENCY: expected auto, or a whole number from 1 to 1000, found "abc"',
    );
    expect(error.message).toContain(`${file}: unknown key "retrys"; did you mean "retries"?`);
    expect(error.message).toContain(`${file}: timeout: expected a time`);
  });

  it('merges maps entry by entry, by precedence', async () => {
    const space = workspace();
    const project = space.write('work/.mirorc', {
      columns: { map: { Plan: 'name', Mail: 'city' } },
      params: { a: 1, b: true },
    });
    const { settings, origins } = await resolveIn(space, {
      flags: { 'columns.map': ['Plan=custom_attributes.plan', 'Id=user_id'], params: ['b=x=y'] },
    });
    expect(settings.columns.map).toEqual({ Plan: 'custom_attributes.plan', Id: 'user_id', Mail: 'city' });
    expect(settings.params).toEqual({ a: '1', b: 'x=y' });
    expect(origins.get('columns.map.Plan')?.kind).toBe('flag');
    expect(origins.get('columns.map.Mail')).toEqual({ kind: 'project', name: project });
  });

  it('lets verbose override quiet in a lower place, and refuses both in one place', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'quiet: true\n');
    expect((await resolveIn(space, { flags: { verbose: true } })).settings).toMatchObject({
      quiet: false,
      verbose: true,
    });
    const error = await usageErrorFrom(resolveIn(space, { flags: { verbose: true, quiet: true } }));
    expect(error.message).toBe(
      '--quiet and --verbose: quiet and verbose cannot both be set; keep one of the two',
    );
  });

  it('uses XDG_STATE_HOME for the state folder, and needs no home folder', async () => {
    const space = workspace();
    const state = await resolveIn(space, { env: { XDG_STATE_HOME: space.path('state') } });
    expect(state.settings.stateDir).toBe(space.path('state/miso'));
    expect((await resolveIn(space, { home: undefined })).settings.stateDir).toBeUndefined();
  });

  it('resolves paths in a settings file relative to that file, and leaves paths of flags unchanged', async () => {
    const space = workspace();
    space.write('.mirorc', 'report: out/report.json\nrejects: ~/work/bad.csv\ncaFile: /etc/ca.pem\n');
    const { settings } = await resolveIn(space, { home: space.root, flags: { caFile: 'ca.pem' } });
    expect(settings.report).toBe(space.path('out/report.json'));
    expect(settings.rejects).toBe(space.path('work/bad.csv'));
    expect(settings.caFile).toBe('ca.pem');
  });
});
