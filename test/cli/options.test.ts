import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programSpec } from '../../scripts/docs/program.ts';
import { allCommands } from '../../src/cli/completion/tree.ts';
import { MisoCommand } from '../../src/cli/miso-command.ts';
import { addGlobalOptions, addSettingFlags, globalOptionsOf } from '../../src/cli/options.ts';
import { columnName, flagNames, flagOf, isColumn } from '../../src/config/names.ts';
import { settingKeys, settingTable } from '../../src/config/settings.ts';
import type { Flags } from '../../src/config/sources/flags.ts';
import type { World } from '../../src/world.ts';
import { resolveIn, workspace } from '../config/workspace.ts';
import { scene } from './run.ts';

const commands = allCommands(programSpec());
const listed = (path: string) =>
  commands.find((command) => command.path === path)!.options.flatMap(({ spellings }) => spellings);

describe('the flags of a command', () => {
  it('are not listed by help where they have no effect', () => {
    const validate = listed('miso users validate');
    for (const key of [
      'apiKey',
      'apiKeyFile',
      'server',
      'timeout',
      'retries',
      'concurrency',
      'params',
    ] as const)
      for (const name of flagNames(key)) expect(validate).not.toContain(name);
    for (const name of ['--records-per-request', '--state-dir', '--ca-file', '--bytes-per-second', '--env'])
      expect(validate).not.toContain(name);
    expect(validate).toEqual(expect.arrayContaining(['--rejects', '--max-rejects', '--profile', '--quiet']));
    expect(listed('miso completion')).not.toContain('--key');
    expect(listed('miso users sync status')).toEqual(expect.arrayContaining(['--help', '--json']));
    expect(listed('miso users sync status')).not.toContain('--delete');
  });

  it.each(['--delete', '--max-deletes=3'])('are refused by its subcommand: sync status %s', async (flag) => {
    const { miso } = await scene();
    const { code, stderr } = await miso(['users', 'sync', 'status', flag]);
    expect(code).toBe(2);
    expect(stderr).toContain(`Unknown option ${flag.split('=')[0]}.`);
  });

  it.each(settingKeys)('has one for %s, listed by the commands of the table', (key) => {
    const { on, alsoOn = {} } = settingTable[key].flag;
    const paths = [
      ...on,
      ...Object.entries(alsoOn).flatMap(([name, { unlisted }]) => (unlisted ? [] : [name])),
    ];
    const expected = paths.map((path) => `miso ${path}`.trim()).sort();
    // `read` has a --format of its own: that of its output.
    const own = key === 'format' ? ['miso users export', 'miso users read'] : [];
    const actual = commands.filter(({ path }) => listed(path).includes(flagOf(key))).map(({ path }) => path);
    expect(actual.filter((path) => !own.includes(path)).sort()).toEqual(expected);
  });
});

describe('global flags', () => {
  it.each([
    [['users', 'validate', 'u.csv']],
    [['users', 'upload', 'u.csv']],
    [['users', 'read', 'u-1']],
    [['users', 'ids']],
    [['users', 'delete', 'u-1', '--yes', '--dry-run']],
    [['config']],
    [['config', 'get', 'server']],
    [['completion', 'bash']],
  ])('--state-dir and --api-key-file are accepted by %j, before and after it', async (command) => {
    const { miso, cwd } = await scene();
    await writeFile(join(cwd, 'u.csv'), 'user_id\nu-1\n');
    await writeFile(join(cwd, 'miso.key'), 'some-key\n');
    await miso(['users', 'upload', 'u.csv', '--quiet']);
    const flags = ['--state-dir', 'state', '--api-key-file', 'miso.key'];
    for (const args of [
      [...flags, ...command],
      [...command, ...flags],
    ]) {
      const { code, stderr } = await miso(args, { env: { MISO_API_KEY: '' } });
      expect(code, stderr).toBe(0);
    }
  });

  it('--state-dir is where an upload keeps its state', async () => {
    const { miso, cwd } = await scene();
    await writeFile(join(cwd, 'u.csv'), 'user_id\nu-1\n');
    expect((await miso(['users', 'upload', 'u.csv', '--state-dir', 'here'])).code).toBe(0);
    expect(existsSync(join(cwd, 'here'))).toBe(true);
    expect(existsSync(join(cwd, '.state'))).toBe(false);
  });
});

describe('the --no- form of a switch', () => {
  const switches = settingKeys.filter((key) => settingTable[key].flag.value === undefined);
  const inFiles = switches.filter((key) => !settingTable[key].notInFiles);

  /** What a command line sets. */
  async function flagsOf(words: readonly string[]): Promise<Flags> {
    const program = new MisoCommand('miso');
    addGlobalOptions(program);
    const users = program.command('users');
    let flags: Flags = {};
    for (const name of ['users upload', 'users delete', 'users read'] as const) {
      const command = users.command(name.replace('users ', ''));
      addSettingFlags(command, name);
      command.runs(async () => {
        flags = globalOptionsOf(command).flags;
        return 0;
      });
    }
    await program.execute(words, {} as World);
    return flags;
  }

  it.each(inFiles)('overrides %s: true in a settings file', async (key) => {
    const space = workspace();
    space.write('work/.mirorc', isColumn(key) ? { columns: { [columnName(key)]: true } } : { [key]: true });
    const command = settingTable[key].flag.on.includes('users upload') ? 'upload' : 'read';
    const value = async (words: readonly string[]) => {
      const { settings } = await resolveIn(space, { flags: await flagsOf(['users', command, ...words]) });
      const holder: object = isColumn(key) ? settings.columns : settings;
      return Object.entries(holder).find(([name]) => name === columnName(key))?.[1];
    };

    expect(await value([])).toBe(true);
    expect(await value([`--no-${flagOf(key).slice(2)}`])).toBe(false);
  });
});
