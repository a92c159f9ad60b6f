import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from '../../../src/config/sources/dotenv.ts';
import { isWindows } from '../../platform.ts';
import { resolveIn, usageErrorFrom, workspace } from '../workspace.ts';

describe('.env', () => {
  it('sets what the environment does not, above the project file', async () => {
    const space = workspace();
    const file = space.write(
      'work/.env',
      'MISO_API_KEY=secret\nOTHER=1\nMISO_RPR=7\nMISO_RETRIES=2\nMISO_PARAM=async,a=2\n',
    );
    space.write('work/.mirorc', 'retries: 3\nrecordsPerRequest: 3\n');
    const { settings, origins, files } = await resolveIn(space, { env: { MISO_RETRIES: '1' } });
    expect(settings).toMatchObject({ retries: 1, recordsPerRequest: 7, params: { async: '1', a: '2' } });
    expect(settings.apiKey?.reveal()).toBe('secret');
    expect(origins.get('recordsPerRequest')).toEqual({ kind: 'dotenv', name: file, variable: 'MISO_RPR' });
    expect(files[0]).toBe(file);
  });

  it('never answers prompts, and never names a settings file', async () => {
    const space = workspace();
    const other = space.write('home/other.yaml', 'retries: 1\n');
    const file = space.write('work/.env', `MISO_YES=1\nMISO_CONFIG=${other}\n`);
    const { settings, warnings } = await resolveIn(space);
    expect(settings).toMatchObject({ yes: false, retries: 8 });
    expect(warnings).toEqual([
      `${file}: MISO_YES is ignored; set it in the environment instead.`,
      `${file}: MISO_CONFIG is ignored; set it in the environment instead.`,
    ]);
  });

  it('names the file and the variable of a bad value', async () => {
    const space = workspace();
    const file = space.write('work/.env', 'MISO_DRY=maybe\n');
    const { message } = await usageErrorFrom(resolveIn(space));
    expect(message).toBe(`${file}: MISO_DRY: expected true or false, found "maybe"`);
  });

  it('is skipped if it is a folder or sets no MISO_ variable, and with a warning if it is a pipe', async () => {
    const space = workspace();
    mkdirSync(space.path('work/.env'), { recursive: true });
    expect((await resolveIn(space)).warnings).toEqual([]);
    if (isWindows) return;
    execFileSync('sh', ['-c', `rm -r work/.env; mkfifo work/.env`], { cwd: space.root });
    expect((await resolveIn(space)).warnings).toEqual([
      `${space.path('work/.env')} is ignored: not a regular file.`,
    ]);
  });

  it('is ignored with a warning if it is too large', async () => {
    const space = workspace();
    const file = space.write('work/.env', `MISO_RPR=7\n#${'x'.repeat(256 * 1024)}\n`);
    const { settings, warnings } = await resolveIn(space);
    expect(settings.recordsPerRequest).toBe(100);
    expect(warnings).toEqual([`${file} is ignored: larger than 256 KiB.`]);
  });

  it('is read with the syntax of the package dotenv', () => {
    const text = [
      '# comment',
      'A=1',
      'export B = two words # comment',
      "C='single # kept'",
      'D="line\\nbreak"',
      'E=',
      'F=a=b',
      'G=`back`',
      'A=last',
      'not an assignment',
    ].join('\r\n');
    expect({ ...parseDotenv(`\ufeff${text}`) }).toEqual({
      A: 'last',
      B: 'two words',
      C: 'single # kept',
      D: 'line\nbreak',
      E: '',
      F: 'a=b',
      G: 'back',
    });
  });

  it.each(['\n', "A='", 'A="\\"', ' ', 'A=\\'])('is parsed in linear time: many times %j', (part) => {
    const steps = (n: number) => Object.keys(parseDotenv(part.repeat(n))).length;
    expect(steps(100_000)).toBeLessThan(3);
  });
});

describe('--env', () => {
  it('uses the key of the environment instead of MISO_API_KEY and .env', async () => {
    const space = workspace();
    const env = { MISO_API_KEY: 'default', MISO_PRE_PROD_API_KEY: 'pre' };
    const { settings, origins, warnings } = await resolveIn(space, { env, flags: { env: 'pre-prod' } });
    expect(settings.apiKey?.reveal()).toBe('pre');
    expect(origins.get('apiKey')).toEqual({ kind: 'env', name: 'MISO_PRE_PROD_API_KEY' });
    expect(warnings).toEqual([]);
    space.write('work/.env', 'MISO_ENV=staging\nMISO_STAGING_API_KEY=from-file\n');
    expect((await resolveIn(space, { env: { MISO_API_KEY: 'x' } })).settings.apiKey?.reveal()).toBe(
      'from-file',
    );
  });

  it('selects the profile of that name, alone or together with the key', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'profiles: { staging: { retries: 1, apiKey: own } }\n');
    const { settings } = await resolveIn(space, { flags: { env: 'staging' } });
    expect(settings).toMatchObject({ retries: 1 });
    expect(settings.apiKey?.reveal()).toBe('own');
    const both = await resolveIn(space, { env: { MISO_STAGING_API_KEY: 'k' }, flags: { env: 'staging' } });
    expect(both.settings.retries).toBe(1);
    expect(both.settings.apiKey?.reveal()).toBe('k');
  });

  it('fails if there is neither, and never falls back to another key', async () => {
    const space = workspace();
    const input = { env: { MISO_API_KEY: 'production' }, flags: { env: 'staging' } };
    expect((await usageErrorFrom(resolveIn(space, input))).message).toBe(
      '--env: MISO_STAGING_API_KEY is not set to a valid key, and there is no profile "staging"',
    );
    const flags = { env: 'staging', apiKey: 'k' };
    const { message } = await usageErrorFrom(resolveIn(space, { env: { MISO_STAGING_API_KEY: 'k' }, flags }));
    expect(message).toBe('--env: MISO_STAGING_API_KEY and a flag both set the key; keep one of the two');
  });
});
