import type { GlobalOptions } from '../cli/options.ts';
import { startStopwatch } from '../clock.ts';
import type { Resolved } from '../config/resolve.ts';
import { type SettingKey, type Settings, settingTable } from '../config/settings.ts';
import { exitCodes, StoppedError } from '../errors.ts';
import { type NamedFile, requireDistinct } from '../files/same-file.ts';
import { formatDuration } from '../text.ts';
import type { World } from '../world.ts';
import { loadSettings } from './load-settings.ts';
import {
  namedFile,
  reportFailure,
  type SummaryTargets,
  targetsBeforeSettings,
  writesReport,
} from './report-failure.ts';

export interface CommandInfo {
  /** Its name in the summary: `users upload`. */
  readonly command: string;
  /** The command sends nothing. */
  readonly offline?: boolean;
  /**
   * The files that the command reads and writes, except the report. No two may be the same. Called before the
   * settings are loaded, and again with the settings.
   */
  readonly files?: (settings: Settings | undefined) => Promise<readonly NamedFile[]>;
}

/**
 * Loads the settings and runs a command with them. An error becomes a summary with an `error`: printed to
 * stderr, to stdout under --json, and written to --report. Resolves with the exit code.
 */
export async function runCommand(
  options: GlobalOptions,
  world: World,
  { command, offline = false, files = async () => [] }: CommandInfo,
  body: (resolved: Resolved) => Promise<number>,
): Promise<number> {
  const stopwatch = startStopwatch(world.clock);
  let targets = targetsBeforeSettings({ ...options, command }, world);
  /** No report is written before the check that it is not another file of the command. */
  const checkFiles = async (next: SummaryTargets, settings?: Settings) => {
    targets = { ...next, report: undefined };
    const report = next.report === undefined ? [] : [namedFile('--report', next.report, world)];
    await requireDistinct([...(await files(settings)), ...report]);
    targets = next;
  };
  try {
    await checkFiles(targets);
    const resolved = await loadSettings(options, world, {
      offline,
      hashes: takesSetting(command, 'columns.hash'),
    });
    const { report, color } = resolved.settings;
    const next = { json: options.json, report: writesReport(command) ? report : undefined, color };
    await checkFiles(next, resolved.settings);
    if (!offline) limitDuration(resolved.settings, world);
    return await body(resolved);
  } catch (error) {
    return await reportFailure(
      { command, startedAt: stopwatch.startedAt, durationMs: stopwatch.elapsedMs(), error },
      targets,
      world,
    );
  }
}

function limitDuration({ maxDuration }: Settings, world: World): void {
  if (maxDuration === undefined) return;
  const reason = new StoppedError(
    `Stopped after ${formatDuration(maxDuration * 1000)}, the limit set by --max-duration.`,
    exitCodes.unavailable,
  );
  world.stopAfter(maxDuration * 1000, reason);
}

/** Whether a command has the flag of a setting. */
function takesSetting(command: string, key: SettingKey): boolean {
  const { on, alsoOn = {} } = settingTable[key].flag;
  return on.some((name) => name === command) || Object.hasOwn(alsoOn, command);
}
