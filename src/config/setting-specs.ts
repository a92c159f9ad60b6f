import { defaults } from '../contract/defaults.ts';
import { defaultServer } from '../contract/server.ts';
import { formatList, formatNames } from '../input/formats.ts';
import { apiKey } from './rules/api-key.ts';
import { jsonValue, mapOf, parameters } from './rules/maps.ts';
import type { Rule } from './rules/rule.ts';
import {
  delimiter,
  encoding,
  oneOf,
  path,
  pathOrFalse,
  positive,
  text,
  textOf,
  toggle,
  whole,
} from './rules/scalars.ts';
import { server } from './rules/server.ts';
import { duration, rejectLimit, size } from './rules/units.ts';
import type { SettingKey, SettingValue } from './settings.ts';

/** One row of the table of settings. Its default and its example are written as they would be in a file. */
export interface SettingSpec<T> {
  readonly rule: Rule<T>;
  readonly default?: unknown;
  /** For settings without a default. */
  readonly example?: unknown;
  /** One sentence, without its full stop. */
  readonly description: string;
  /** What holds while nothing is set, where there is no default to show. */
  readonly otherwise?: string;
  /** The flag, where its name does not follow from the key. */
  readonly flag?: string;
  /** Further names that the environment may use, after the one that follows from the key. */
  readonly variables?: readonly string[];
  /** A further name in files. */
  readonly alias?: string;
}

/** Every setting: files, environment, documentation, `.mirorc.example` and `miso config` follow from this table. */
export const settingSpecs: { readonly [K in SettingKey]: SettingSpec<SettingValue<K>> } = {
  apiKey: {
    rule: apiKey,
    example: 'your-secret-key',
    description:
      'The secret key of your Miso environment; MISO_API_KEY or apiKeyFile keep it out of this file',
    otherwise: 'a key is needed to connect',
    variables: ['MISO_KEY'],
  },
  apiKeyFile: {
    rule: path,
    example: '/run/secrets/miso',
    description: 'A file that holds the key and nothing else, such as a Docker or Kubernetes secret',
  },
  server: {
    rule: server,
    default: defaultServer,
    description: 'The address of Miso: https, or http to this machine',
    variables: ['MISO_API_SERVER'],
    alias: 'apiServer',
  },
  caFile: {
    rule: path,
    example: '/etc/ssl/company-ca.pem',
    description: 'Certificates in PEM form to trust as well, for a proxy that opens TLS',
    otherwise: 'those of Node.js',
  },
  timeout: {
    rule: duration,
    default: defaults.timeoutSeconds,
    description: 'How long one request may take, in seconds or as 500ms, 60s, 2m',
  },
  retries: {
    rule: whole(0, 1000),
    default: defaults.retries,
    description: 'How often a request is tried again',
  },
  concurrency: {
    rule: whole(1, 1000),
    default: defaults.concurrency,
    description: 'The most requests in flight; fewer while the server asks for it',
  },
  recordsPerRequest: {
    rule: whole(1, 10_000),
    default: defaults.recordsPerRequest,
    description: 'The most records in one request',
    variables: ['MISO_RPR'],
  },
  bytesPerRequest: {
    rule: size,
    default: defaults.bytesPerRequest,
    description: 'The most bytes in one request, as a number or as 512k, 1MiB',
    variables: ['MISO_BPR'],
  },
  requestsPerSecond: {
    rule: positive(10_000),
    example: 10,
    description: 'The most requests started in one second',
    otherwise: 'no limit but what the server asks for',
    variables: ['MISO_RPS'],
  },
  params: {
    rule: parameters,
    default: {},
    description: 'Query parameters to add to every request',
    flag: '--param',
  },
  dryRun: {
    rule: toggle,
    default: false,
    description: 'Let Miso check the records without storing them',
  },
  wait: {
    rule: toggle,
    default: false,
    description: 'Wait until Miso has finished the tasks that it queued',
  },
  format: {
    rule: oneOf(formatNames),
    example: 'csv',
    description: `The format of the input: ${formatList}`,
    otherwise: 'found by extension, then by content',
  },
  delimiter: {
    rule: delimiter,
    example: ';',
    description: 'The character between the cells of a CSV file',
    otherwise: 'found in the header',
  },
  encoding: {
    rule: encoding,
    example: 'windows-1252',
    description: 'The encoding of the input',
    otherwise: 'UTF-8, or UTF-16 with a byte order mark',
  },
  'columns.id': {
    rule: textOf('the name of a column'),
    example: 'Customer Id',
    description: 'The column that is the user id, when it is not called user_id',
  },
  'columns.map': {
    rule: mapOf(textOf('the name of a field'), 'column=field'),
    default: {},
    description: 'Columns to fields: Plan to custom_attributes.plan',
  },
  'columns.set': {
    rule: mapOf(jsonValue, 'field=value'),
    default: {},
    description: 'Fields to the value that every record gets',
  },
  'columns.type': {
    rule: mapOf(oneOf(['string', 'number', 'boolean', 'list', 'json']), 'column=type'),
    default: {},
    description: 'Columns that become custom attributes, to string, number, boolean, list or json',
  },
  'columns.listSeparator': {
    rule: text,
    default: '|',
    description: 'What stands between the items of a list in one cell',
  },
  'columns.unknown': {
    rule: oneOf(['custom', 'drop', 'error', 'keep']),
    example: 'custom',
    description: 'What becomes of columns outside the record of Miso: custom, drop, error or keep',
    otherwise: 'custom for tables, keep for JSON',
  },
  'columns.coerce': {
    rule: toggle,
    default: false,
    description: 'Convert values of JSON too: "42" to 42 for age, 7 to "7" for user_id',
  },
  'columns.assumeUtc': {
    rule: toggle,
    default: false,
    description: 'Take dates with a time but without a zone as UTC',
  },
  rejects: {
    rule: pathOrFalse,
    example: 'rejected.csv',
    description: 'Where rejected records go; false for nowhere',
    otherwise: 'NAME.rejected.EXT in the working directory',
  },
  maxRejects: {
    rule: rejectLimit,
    example: '5%',
    description: 'Stop when more records than this are rejected, as a number or a share',
    otherwise: 'no limit',
  },
  minRecords: {
    rule: whole(0),
    example: 1000,
    description: 'Fail when the input holds fewer records than this, as a truncated export would',
    otherwise: 'no limit',
  },
  maxDeletes: {
    rule: whole(0),
    example: 100,
    description: 'Refuse to delete more users than this in one run',
    otherwise: 'no limit',
  },
  report: {
    rule: path,
    example: 'miso-report.json',
    description: 'Where the summary goes, whatever happens',
    otherwise: 'no report',
  },
  quiet: {
    rule: toggle,
    default: false,
    description: 'Print nothing while all is well',
  },
  verbose: {
    rule: toggle,
    default: false,
    description: 'Print every request and what came back',
  },
  color: {
    rule: toggle,
    example: true,
    description: 'Colour in the output',
    otherwise: 'on a terminal',
  },
  progress: {
    rule: toggle,
    example: true,
    description: 'Progress while a run goes on',
    otherwise: 'moving on a terminal, a line every 10 s elsewhere',
  },
  stateDir: {
    rule: path,
    example: '/var/lib/miso',
    description: 'The folder for what --resume needs',
    otherwise: '$XDG_STATE_HOME/miso, or ~/.local/state/miso',
  },
  profile: {
    rule: textOf('the name of a profile'),
    example: 'staging',
    description: 'The profile to use',
    otherwise: 'none',
  },
};

/** The keys of all settings, in the order of the table. */
export const settingKeys = Object.keys(settingSpecs) as readonly SettingKey[];
