import type { GlobalOptions } from '../../cli/options.ts';
import { startStopwatch } from '../../clock.ts';
import { mergeSources, trustOf } from '../../config/resolve.ts';
import { userFolder } from '../../config/sources/files.ts';
import { profileNames } from '../../config/sources/profile.ts';
import { readSources, type Sources } from '../../config/sources/read.ts';
import { trustFile } from '../../config/trust/store.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import { createLogger } from '../../report/progress/logger.ts';
import { escapeControls, jsonLine } from '../../text.ts';
import type { World } from '../../world.ts';
import { reportFailure, targetsBeforeSettings } from '../report-failure.ts';

/** `miso config path` */
export function configPath(options: GlobalOptions, world: World): Promise<number> {
  return withSources(options, world, 'config path', async ({ dotenv, files }) => {
    const all = [
      ...(dotenv === undefined ? [] : [{ kind: 'dotenv', path: dotenv.path }]),
      ...files.map(({ kind, path }) => ({ kind, path })),
    ];
    const lines = all.map(({ kind, path }) => `${kind.padEnd(8)}${escapeControls(path)}\n`);
    await world.stdout.write(options.json ? jsonLine({ files: all }) : lines.join(''));
  });
}

/** `miso config profiles` */
export function configProfiles(options: GlobalOptions, world: World): Promise<number> {
  return withSources(options, world, 'config profiles', async ({ files }) => {
    const profiles = profileNames(files.map(({ content }) => content));
    const lines = profiles.map((name) => `${escapeControls(name)}\n`);
    await world.stdout.write(options.json ? jsonLine({ profiles }) : lines.join(''));
  });
}

/** `miso config trust` */
export function configTrust(options: GlobalOptions, world: World): Promise<number> {
  return withSources(options, world, 'config trust', async (sources) => {
    const { env, cwd, home, stdout } = world;
    const { dotenv, files } = sources;
    const trusted = [
      ...(dotenv === undefined ? [] : [dotenv]),
      ...files.filter(({ kind }) => kind !== 'named'),
    ];
    if (trusted.length === 0) {
      throw new UsageError('There is no settings file to trust here.', {
        hint: '`miso config path` shows the files in use.',
      });
    }
    const folder = userFolder(env, home);
    if (folder === undefined)
      throw new UsageError('Cannot save which files are trusted: no home folder is set.');
    const input = { flags: options.flags, env, cwd, home };
    const { refusals } = await trustOf(mergeSources(sources, input), sources, input);
    for (const file of trusted) await trustFile(file, folder);
    const paths = trusted.map(({ path }) => path);
    const allowed = refusals.map(({ message }) => message);
    const lines = [
      ...paths.map((path) => `Trusted ${path} until it changes.`),
      ...allowed.map((line) => `Allowed: ${line}`),
    ];
    const text = lines.map((line) => `${escapeControls(line)}\n`).join('');
    await stdout.write(options.json ? jsonLine({ trusted: paths, allowed }) : text);
  });
}

/** Runs a command that reads the settings files, even if they are not trusted. */
async function withSources(
  options: GlobalOptions,
  world: World,
  command: string,
  body: (sources: Sources) => Promise<void>,
): Promise<number> {
  const { startedAt, elapsedMs } = startStopwatch(world.clock);
  const targets = targetsBeforeSettings({ ...options, command }, world);
  try {
    const { env, cwd, home } = world;
    const sources = await readSources({ env, cwd, home, configPath: options.configPath });
    const logger = createLogger(world, { verbose: false, quiet: options.flags.quiet === true });
    sources.warnings.forEach(logger.warning);
    await body(sources);
    return exitCodes.ok;
  } catch (error) {
    return await reportFailure({ command, startedAt, durationMs: elapsedMs(), error }, targets, world);
  }
}
