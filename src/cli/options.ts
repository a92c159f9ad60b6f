import { type Command, Option } from 'commander';
import type { SettingKey } from '../config/settings.ts';
import type { Flags, FlagValue } from '../config/sources/flags.ts';
import { defaults } from '../contract/defaults.ts';
import { defaultServer } from '../contract/server.ts';
import { formatList, formatNames } from '../input/formats.ts';
import { withChoices } from './miso-command.ts';

/** The options that every command has, and all options that are settings. */
export interface GlobalOptions {
  readonly flags: Flags;
  /** `--config` */
  readonly configPath?: string;
  readonly json: boolean;
}

/** Adds the options that every command has. */
export function addGlobalOptions(program: Command): void {
  program
    .optionsGroup('Settings:')
    .option('-k, --key <key>', 'API key; better in MISO_API_KEY, for it shows in the process list')
    .addOption(new Option('--api-key <key>').hideHelp())
    .option('--server <url>', `address of Miso (default: ${defaultServer})`)
    .addOption(new Option('--api-server <url>').hideHelp())
    .option('--profile <name>', 'profile of the settings file: staging, production, …')
    .option('--config <file>', 'settings file to use instead of .mirorc')
    .optionsGroup('Output:')
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'print nothing while all is well')
    .option('--verbose', 'print every request and what came back')
    .option('--color', 'colour, also where it is not a terminal')
    .option('--no-color', 'no colour');
}

/** Options of commands that talk to Miso. */
export function addConnectionOptions(command: Command): void {
  command
    .optionsGroup('Connection:')
    .option('--timeout <duration>', `longest wait for one answer (default: ${defaults.timeoutSeconds}s)`)
    .option(
      '--retries <n>',
      `further tries of a request that failed for a passing reason (default: ${defaults.retries})`,
    )
    .option(
      '--concurrency <n>',
      `most requests in flight; fewer while the server asks for it (default: ${defaults.concurrency})`,
    )
    .option('--rps, --requests-per-second <n>', 'most requests begun in a second (default: no limit)')
    .option('--ca-file <file>', 'certificates to trust beside the usual ones')
    .option('-v, --param <name=value>', 'extra query parameter; repeatable', collect)
    .addOption(new Option('--var <name=value>').argParser(collect).hideHelp());
}

/** Options that say what the input is. */
export function addInputOptions(command: Command): void {
  command
    .optionsGroup('Input:')
    .addOption(
      withChoices(
        new Option('--format <format>', `${formatList} (default: by extension, else by content)`),
        formatNames,
      ),
    )
    .option('--delimiter <character>', 'between the cells of a CSV file (default: detected)')
    .option('--encoding <name>', 'such as windows-1252 (default: UTF-8, or UTF-16 with a BOM)');
}

/** Options that say how columns become fields. */
export function addColumnOptions(command: Command): void {
  command
    .optionsGroup('Columns to fields:')
    .option('--id <column>', 'the column that is the user id, when it is not called user_id')
    .option(
      '--map <column=field>',
      'column to field, such as Plan=custom_attributes.plan; repeatable',
      collect,
    )
    .option(
      '--type <column=type>',
      'string, number, boolean, list or json, for custom attributes; repeatable',
      collect,
    )
    .option('--list-separator <s>', 'between the items of a list (default: "|")')
    .option('--set <field=value>', 'the same value in every record; repeatable', collect)
    .addOption(
      withChoices(
        new Option('--unknown <what>', 'columns outside Miso’s record: custom, drop, error or keep'),
        ['custom', 'drop', 'error', 'keep'],
      ),
    )
    .option('--coerce', 'convert JSON values too: "42" to 42 for age, 7 to "7" for user_id')
    .option('--assume-utc', 'date-times without a zone are UTC');
}

/** Options of what goes into one call, and what becomes of bad records. */
export function addLimitOptions(command: Command): void {
  command
    .optionsGroup('Limits:')
    .option(
      '--rpr, --records-per-request <n>',
      `most records in one request (default: ${defaults.recordsPerRequest})`,
    )
    .option(
      '--bpr, --bytes-per-request <size>',
      `most bytes in one request (default: ${defaults.bytesPerRequest})`,
    )
    .option('--max-rejects <n|n%>', 'stop when more records are rejected')
    .option('--min-records <n>', 'fail when the input holds fewer, as a truncated export does');
}

/** --report, the same for every command that has it. */
export const reportText =
  'write the summary there, whatever happens: as JUnit for .xml, as Markdown for .md, else as JSON';

/** Options of where the records and the report of a run go. */
export function addResultOptions(command: Command): void {
  command
    .optionsGroup('Result:')
    .option('--rejects <file>', 'where records go that were not stored (default: NAME.rejected.EXT here)')
    .option('--no-rejects', 'write no such file')
    .option('--report <file>', reportText);
}

/** Progress on or off. */
export function addProgressOptions(command: Command): void {
  command
    .optionsGroup('Output:')
    .option('-p, --progress', 'show progress, also where it is not a terminal')
    .option('--no-progress', 'show no progress');
}

function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

/** Options by the setting that they set; of several spellings the first of this table counts. */
const settingOfOption: Readonly<Record<string, SettingKey>> = {
  key: 'apiKey',
  apiKey: 'apiKey',
  server: 'server',
  apiServer: 'server',
  profile: 'profile',
  quiet: 'quiet',
  verbose: 'verbose',
  color: 'color',
  timeout: 'timeout',
  retries: 'retries',
  concurrency: 'concurrency',
  requestsPerSecond: 'requestsPerSecond',
  caFile: 'caFile',
  apiKeyFile: 'apiKeyFile',
  format: 'format',
  delimiter: 'delimiter',
  encoding: 'encoding',
  id: 'columns.id',
  map: 'columns.map',
  type: 'columns.type',
  listSeparator: 'columns.listSeparator',
  set: 'columns.set',
  unknown: 'columns.unknown',
  coerce: 'columns.coerce',
  assumeUtc: 'columns.assumeUtc',
  recordsPerRequest: 'recordsPerRequest',
  bytesPerRequest: 'bytesPerRequest',
  maxRejects: 'maxRejects',
  minRecords: 'minRecords',
  maxDeletes: 'maxDeletes',
  rejects: 'rejects',
  report: 'report',
  progress: 'progress',
  dryRun: 'dryRun',
  wait: 'wait',
};

/** The values of a command's global options, and of its options that are settings. */
export function globalOptionsOf(command: Command): GlobalOptions {
  const options: Record<string, FlagValue | undefined> = command.optsWithGlobals();
  const flags: { [K in SettingKey]?: FlagValue } = {};
  for (const [name, key] of Object.entries(settingOfOption)) {
    const value = options[name];
    if (value !== undefined) flags[key] ??= value;
  }
  const params = [options['param'], options['var']].flat().filter((param) => typeof param === 'string');
  if (params.length > 0) flags.params = params;
  const configPath = options['config'];
  return {
    flags: flags satisfies Flags,
    json: options['json'] === true,
    ...(typeof configPath === 'string' ? { configPath } : {}),
  };
}
