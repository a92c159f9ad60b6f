import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flagNames } from '../../src/config/names.ts';
import { type SettingKey, settingTable } from '../../src/config/settings.ts';
import { ignoredOptions } from '../../src/config/sources/ignored.ts';
import { type RunOptions, scene, stored } from './run.ts';

const records = '{"user_id":"n-1"}\n{"user_id":"n-2"}\n{"user_id":"n-3"}\n';
const upload = ['users', 'upload', '--json'];

/** Uploads three records as scripts for Miso's own command line do: on stdin, with settings of their own. */
async function uploaded(args: readonly string[], more: RunOptions = {}, dotenv?: string) {
  const { miso, sandbox, cwd } = await scene();
  if (dotenv !== undefined) await writeFile(join(cwd, '.env'), dotenv);
  const { code, stdout, stderr } = await miso([...upload, ...args], { stdin: records, ...more });
  return {
    code,
    stderr,
    summary: JSON.parse(stdout),
    stored: Object.keys(stored(sandbox)),
    requests: sandbox.requests,
  };
}

describe("a dry run as in Miso's own command line", () => {
  it.each<[args: string[], env: Record<string, string>, dotenv?: string]>([
    [['--dry-run'], {}],
    [['--dry'], {}],
    [['--dryRun'], {}],
    [['--dry-run=true'], {}],
    [['--dryRun=1'], {}],
    [['-v', 'dry_run=1'], {}],
    [['-v', 'dry_run'], {}],
    [['-vdry_run'], {}],
    [['-v', 'dry_run=1,async=1'], {}],
    [['-v', 'async=1, dry_run=true'], {}],
    [['-v', ' dry_run = 1'], {}],
    [['-v', 'dry_run:1'], {}],
    [['-v', 'dry_run[]=1'], {}],
    [['--var', 'async', '--param', 'dry_run=1'], {}],
    [['--param=dry_run=yes'], {}],
    [['--param', 'dryRun=1'], {}],
    [[], { MISO_DRY: 'true' }],
    [[], { MISO_DRY_RUN: '1' }],
    [[], { MISO_PARAM: 'dry_run=1' }],
    [[], { MISO_VAR: 'async,dry_run' }],
    [[], { MISO_PARAMS: '{"dry_run":true}' }],
    [[], {}, 'MISO_DRY=1\n'],
    [[], {}, 'MISO_PARAM=async=1,dry_run=1\n'],
  ])('stores nothing: %j %j %j', async (args, env, dotenv) => {
    const { code, summary, stored: ids, requests } = await uploaded(args, { env }, dotenv);
    expect({ code, dryRun: summary.dryRun, ids }).toEqual({ code: 0, dryRun: true, ids: [] });
    expect(requests.length).toBeGreaterThan(0);
  });

  it.each<[args: string[], message: string]>([
    [['--dry-run', 'true'], '--dry-run=true'],
    [['--dry', 'false'], '--dry=false'],
    [['-dry'], 'use two dashes: --dry'],
    [['--dry-run=maybe'], 'true or false'],
    [['--dry-runs'], 'Unknown option'],
    [['-v', 'team=a;dry_run=1'], 'Use --dry-run, or separate parameters by commas.'],
    [['-v', 'team=a&dry_run=1'], 'Use --dry-run, or separate parameters by commas.'],
    [['-v', 'dry_run%3D1'], 'Use --dry-run, or separate parameters by commas.'],
  ])('fails if it would have less effect: %j', async (args, message) => {
    const { code, stderr, stored: ids } = await uploaded(args);
    expect({ code, ids }).toEqual({ code: 2, ids: [] });
    expect(stderr).toContain(message);
  });

  it.each([
    [{ MISO_DRYRUN: '1' }, ''],
    [{ MISO_DRY_RUNS: 'true' }, ''],
    [{}, 'MISO_DRYRUN=1\n'],
  ])('fails if a variable for it is misspelled: %j %j', async (env, dotenv) => {
    const { code, stderr, stored: ids } = await uploaded([], { env }, dotenv);
    expect({ code, ids }).toEqual({ code: 2, ids: [] });
    expect(stderr).toContain('unknown variable. Did you mean MISO_DRY_RUN?');
  });

  it('fails if an unknown variable mentions it', async () => {
    const { code, stderr, stored: ids } = await uploaded([], { env: { MISO_VARIABLES: 'async,dry_run=1' } });
    expect({ code, ids }).toEqual({ code: 2, ids: [] });
    expect(stderr).toContain('MISO_VARIABLES: unknown variable.');
  });

  it('fails if a variable is neither true nor false', async () => {
    const { code, stderr } = await uploaded([], { env: { MISO_DRY: 'perhaps' } });
    expect(code).toBe(2);
    expect(stderr).toContain('MISO_DRY: expected true or false');
  });

  it.each([['--no-dry-run'], ['--dry-run=false'], ['--no-dryRun']])('is turned off by %s', async (flag) => {
    const { summary, stored: ids } = await uploaded([flag], { env: { MISO_DRY: '1' } });
    expect(summary.dryRun).toBe(false);
    expect(ids).toHaveLength(3);
  });
});

describe("options and variables of Miso's own command line", () => {
  it.each<[args: string[], env: Record<string, string>, dotenv?: string]>([
    [['--rpr', '1'], {}],
    [['--recordsPerRequest', '1'], {}],
    [['--records-per-request=1'], {}],
    [['--recordsPerRequest=1'], {}],
    [[], { MISO_RECORDS_PER_REQUEST: '1' }],
    [[], { MISO_RPR: '1' }],
    [[], {}, 'export MISO_RECORDS_PER_REQUEST="1"\n'],
  ])('limit the records of a request: %j %j %j', async (args, env, dotenv) => {
    const { code, summary } = await uploaded(args, { env }, dotenv);
    expect({ code, sent: summary.requests.sent }).toEqual({ code: 0, sent: 3 });
  });

  it('add query parameters from a list', async () => {
    const { requests } = await uploaded(['-v', 'async=1,team=a', '--param', 'x']);
    expect(requests[0]?.path).toMatch(/\?(?=.*async=1)(?=.*team=a)(?=.*x=1)/);
  });

  it('take the key from -k, --key, --api-key, --env and .env', async () => {
    const { miso, sandbox, cwd } = await scene({ key: 'good' });
    const ids = (args: string[], env: Record<string, string> = {}) =>
      miso(['users', 'ids', ...args], { env: { MISO_API_KEY: '', ...env } });
    for (const args of [['-k', 'good'], ['--key=good'], ['--api-key', 'good'], ['--apiKey', 'good']])
      expect((await ids([...args, '--api-server', sandbox.url])).code, args.join(' ')).toBe(0);
    expect((await ids(['--env', 'test'], { MISO_TEST_API_KEY: 'good' })).code).toBe(0);
    expect((await ids([], { MISO_ENV: 'test', MISO_TEST_API_KEY: 'good', MISO_API_KEY: 'bad' })).code).toBe(
      0,
    );
    expect((await ids(['--env', 'test'], { MISO_API_KEY: 'good' })).code).toBe(2);
    await writeFile(join(cwd, '.env'), 'MISO_API_KEY=good\n');
    expect((await ids([])).code).toBe(0);
  });

  it('that have no effect here are accepted and listed in one warning', async () => {
    const {
      code,
      stderr,
      stored: ids,
    } = await uploaded(['--log-level', 'debug', '--lenient', '--channel', '--stream-name', 's', '--debug'], {
      env: { MISO_LOG_FORMAT: 'progress' },
    });
    expect({ code, ids: ids.length }).toEqual({ code: 0, ids: 3 });
    expect(stderr.match(/have no effect here/g)).toHaveLength(1);
    for (const name of [
      '--log-level',
      '--lenient',
      '--channel',
      '--stream-name',
      '--debug',
      'MISO_LOG_FORMAT',
    ])
      expect(stderr).toContain(name);
  });

  it('limit the bytes per second', async () => {
    const { miso } = await scene();
    const { code, stderr } = await miso(['users', 'upload', '--bps', 'fast'], { stdin: records });
    expect(code).toBe(2);
    expect(stderr).toContain('--bytes-per-second: expected bytes per second');
    const slow = await miso([...upload, '--bytesPerSecond', '1k', '--rpr', '1'], { stdin: records });
    expect(JSON.parse(slow.stdout).requests.sent).toBe(3);
  });

  it.each([
    ['-rpr', '--rpr'],
    ['-recordsPerRequest', '--records-per-request'],
    ['-key', '--key'],
  ])('%s fails and suggests the right spelling', async (typed, right) => {
    const { code, stderr, stored: ids } = await uploaded([typed, '2']);
    expect({ code, ids }).toEqual({ code: 2, ids: [] });
    expect(stderr).toContain(`use two dashes: ${right}`);
  });

  it('that are unknown fail instead of being ignored', async () => {
    const { code, stderr } = await uploaded(['--experiment-id', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain('Unknown option --experiment-id');
  });
});

describe('the page for users of that command line', () => {
  const page = readFileSync('docs/migrating.md', 'utf8');
  const names = [
    ...ignoredOptions.flatMap((option) => option.names),
    ...['apiKey', 'server', 'params', 'env'].flatMap(spellingsOf),
  ];

  it.each(names)('includes %s', (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  it.each([['products', 'upload'], ['interactions', 'upload'], ['transform'], ['search']])(
    'says that %s fails, which it does',
    async (...command) => {
      const { miso, sandbox } = await scene();
      expect((await miso(command, { stdin: records })).code).toBe(2);
      expect(sandbox.requests).toEqual([]);
      expect(page).toContain(`\`${command[0]}\``);
    },
  );

  function spellingsOf(key: string): readonly string[] {
    return [...flagNames(key as SettingKey), ...(settingTable[key as SettingKey].flag.hidden ?? [])];
  }
});

describe('MISO_YES', () => {
  it('confirms a delete in the environment, but not in .env', async () => {
    const { miso, cwd } = await scene();
    await writeFile(join(cwd, '.env'), 'MISO_YES=1\n');
    const asked = await miso(['users', 'delete', 'u-1']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('MISO_YES is ignored');
    expect((await miso(['users', 'delete', 'u-1'], { env: { MISO_YES: '1' } })).stderr).not.toContain(
      '--yes',
    );
  });
});
