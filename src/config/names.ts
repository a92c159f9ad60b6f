import { settingKeys, settingSpecs } from './setting-specs.ts';
import type { SettingKey } from './settings.ts';

function words(key: SettingKey): readonly string[] {
  return key.split(/\.|(?=[A-Z])/);
}

/** The variables of a setting: the one that follows from its key, then the others; the first that is set counts. */
export function variablesOf(key: SettingKey): readonly string[] {
  return [`MISO_${words(key).join('_').toUpperCase()}`, ...(settingSpecs[key].variables ?? [])];
}

/** The flag of a setting, as messages name it. */
export function flagOf(key: SettingKey): string {
  const own = key.replace('columns.', '') as SettingKey;
  return settingSpecs[key].flag ?? `--${words(own).join('-').toLowerCase()}`;
}

/** Every name that a file may use at its top level, for one setting each; those of the columns stand apart. */
export function topLevelNames(): ReadonlyMap<string, SettingKey> {
  const names = new Map<string, SettingKey>();
  for (const key of settingKeys) {
    if (key.startsWith('columns.')) continue;
    names.set(key, key);
    const { alias } = settingSpecs[key];
    if (alias !== undefined) names.set(alias, key);
  }
  return names;
}

/** Every name that a file may use under `columns:`. */
export function columnNames(): ReadonlyMap<string, SettingKey> {
  const keys = settingKeys.filter((key) => key.startsWith('columns.'));
  return new Map(keys.map((key) => [key.slice('columns.'.length), key]));
}
