import type { Format } from '../input/formats.ts';
import type { ColumnSettings } from '../records/column-settings.ts';
import type { RejectLimit } from './rules/units.ts';
import type { Secret } from './sources/secret.ts';

/** Everything that can be set, as the rest of the program uses it. What is absent was not set and has no default. */
export interface Settings {
  readonly apiKey?: Secret;
  /** Already read into `apiKey`; kept to say where the key came from. */
  readonly apiKeyFile?: string;
  /** An address without a slash at its end. */
  readonly server: string;
  readonly caFile?: string;
  /** Seconds that one request may take. */
  readonly timeout: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly recordsPerRequest: number;
  readonly bytesPerRequest: number;
  readonly requestsPerSecond?: number;
  /** Query parameters of every request. */
  readonly params: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly format?: Format;
  readonly delimiter?: string;
  /** A WHATWG name in lower case. */
  readonly encoding?: string;
  readonly columns: ColumnSettings;
  readonly rejects?: string | false;
  readonly maxRejects?: RejectLimit;
  readonly minRecords?: number;
  readonly maxDeletes?: number;
  readonly report?: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Absent: as the terminal and the environment suggest. */
  readonly color?: boolean;
  /** Absent: as the terminal suggests. */
  readonly progress?: boolean;
  /** The folder of what --resume needs; absent only where no home folder is known. */
  readonly stateDir?: string;
  readonly profile?: string;
}

/** The name of a setting; those of the columns have the form `columns.id`. */
export type SettingKey = Exclude<keyof Settings, 'columns'> | `columns.${keyof ColumnSettings}`;

/** The type of one setting. */
export type SettingValue<K extends SettingKey> = K extends `columns.${infer C extends keyof ColumnSettings}`
  ? Exclude<ColumnSettings[C], undefined>
  : K extends keyof Settings
    ? Exclude<Settings[K], undefined>
    : never;
