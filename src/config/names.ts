import { type SettingKey, settingKeys, settingTable } from './settings.ts';

function words(key: SettingKey): readonly string[] {
  return key.split(/\.|(?=[A-Z])/);
}

/** The environment variables of a setting, in order of precedence. */
export function variablesOf(key: SettingKey): readonly string[] {
  return [`MISO_${words(key).join('_').toUpperCase()}`, ...(settingTable[key].variables ?? [])];
}

/** The spellings of a flag in help. The last is the main one. */
export function flagNames(key: SettingKey): readonly string[] {
  const own = key.replace('columns.', '') as SettingKey;
  return settingTable[key].flag.names ?? [`--${words(own).join('-').toLowerCase()}`];
}

/** The flag of a setting in messages. */
export function flagOf(key: SettingKey): string {
  return flagNames(key).at(-1)!;
}

/** The keys that are allowed at the top level of a settings file. */
export function topLevelNames(): ReadonlyMap<string, SettingKey> {
  const names = new Map<string, SettingKey>();
  for (const key of settingKeys) {
    if (isColumn(key) || settingTable[key].notInFiles) continue;
    names.set(key, key);
    const { alias } = settingTable[key];
    if (alias !== undefined) names.set(alias, key);
  }
  return names;
}

/** The settings that files can contain. */
export function fileKeys(): readonly SettingKey[] {
  return settingKeys.filter((key) => !settingTable[key].notInFiles);
}

/** The keys that are allowed under `columns:`. */
export function columnNames(): ReadonlyMap<string, SettingKey> {
  return new Map(settingKeys.filter(isColumn).map((key) => [columnName(key), key]));
}

export function isColumn(key: SettingKey): boolean {
  return key.startsWith('columns.');
}

/** `id` for `columns.id`. */
export function columnName(key: SettingKey): string {
  return key.replace('columns.', '');
}
