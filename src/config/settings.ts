import type { ColumnSettings } from '../records/column-settings.ts';
import type { Rule } from './rules/rule.ts';
import { connectionSettings } from './table/connection.ts';
import { columnSettings, inputSettings, privacySettings } from './table/input.ts';
import { outputSettings } from './table/output.ts';
import { runSettings } from './table/run.ts';
import type { Setting } from './table/setting.ts';
import { syncSettings } from './table/sync.ts';

const table = {
  ...connectionSettings,
  ...inputSettings,
  ...columnSettings,
  ...privacySettings,
  ...runSettings,
  ...syncSettings,
  ...outputSettings,
};

type Table = typeof table;

/** The name of a setting; those of the columns have the form `columns.id`. */
export type SettingKey = keyof Table;

/** The type of one setting. */
export type SettingValue<K extends SettingKey> = Table[K]['rule'] extends Rule<infer T> ? T : never;

type ColumnKey = Extract<SettingKey, `columns.${string}`>;
type DefaultKey = { [K in SettingKey]: 'default' extends keyof Table[K] ? K : never }[SettingKey];

/** The settings in force. A setting without a value and without a default is absent. */
export type Settings = {
  readonly [K in Exclude<DefaultKey, ColumnKey>]: SettingValue<K>;
} & {
  readonly [K in Exclude<SettingKey, DefaultKey | ColumnKey>]?: SettingValue<K>;
} & { readonly columns: ColumnSettings };

/** Every setting, in the order of the documentation and `miso config`. */
export const settingTable: { readonly [K in SettingKey]: Setting<SettingValue<K>> } = table;

export const settingKeys = Object.keys(settingTable) as readonly SettingKey[];
