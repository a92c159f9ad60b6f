import type { GlobalOptions } from '../cli/options.ts';
import { flagOf } from '../config/names.ts';
import { type SettingKey, settingKeys } from '../config/settings.ts';
import type { Flags, FlagValue } from '../config/sources/flags.ts';
import type { CommandLine } from '../report/text/next-steps.ts';

/** The key is never printed, and output options do not change what a run does. */
const omitted: ReadonlySet<SettingKey> = new Set([
  'apiKey',
  'quiet',
  'verbose',
  'color',
  'progress',
  'report',
]);
/** Options that apply to one run, but not to the upload of its rejects file. */
const thisRunOnly: ReadonlySet<SettingKey> = new Set([
  'dryRun',
  'wait',
  'encoding',
  'rejects',
  'maxRejects',
  'allowRejects',
  'minRecords',
]);

/** The command line of an upload, to be run again. */
export function reprintCommandLine(
  { flags, configPath }: GlobalOptions,
  files: readonly string[],
  ownFlags: readonly string[] = [],
): CommandLine {
  const config = configPath === undefined ? [] : ['--config', configPath];
  const keys = settingKeys.filter((key) => !omitted.has(key));
  return {
    files: files.filter((file) => file !== '-'),
    flags: [
      ...config,
      ...ownFlags,
      ...keys.filter((key) => !thisRunOnly.has(key)).flatMap((key) => words(key, flags)),
    ],
    runFlags: keys.filter((key) => thisRunOnly.has(key)).flatMap((key) => words(key, flags)),
  };
}

function words(key: SettingKey, flags: Flags): string[] {
  const value: FlagValue | undefined = flags[key];
  const flag = flagOf(key);
  if (value === undefined) return [];
  if (value === true) return [flag];
  if (value === false) return [`--no-${flag.slice(2)}`];
  if (typeof value === 'string') return [flag, value];
  return value.flatMap((entry) => [flag, entry]);
}
