import { isObject } from '../../contract/json.ts';
import { quoteText } from '../../text.ts';
import type { Resolved } from '../resolve.ts';
import { settingKeys, settingSpecs } from '../setting-specs.ts';
import type { SettingKey } from '../settings.ts';
import { type Origin, placeOf } from '../sources/layer.ts';
import { Secret } from '../sources/secret.ts';

/** One line of `miso config`. */
export interface SettingRow {
  /** The setting; for an entry of a map with its name, `columns.map.Plan`. */
  readonly key: string;
  /** As JSON; null where nothing is set. A key is never among them. */
  readonly value: unknown;
  /** For people: the value on one line, or in parentheses what holds without one. */
  readonly text: string;
  /** A flag, a variable, a file with its profile, or `default`. */
  readonly origin: string;
  readonly kind: Origin['kind'];
}

/** Every setting, in the order of the table, with its value and where it came from. Secrets are masked. */
export function describeSettings(resolved: Resolved): readonly SettingRow[] {
  return settingKeys.flatMap((key) => rowsOf(key, resolved));
}

function rowsOf(key: SettingKey, { settings, origins }: Resolved): readonly SettingRow[] {
  const value = settingOf(key, settings);
  const origin = origins.get(key) ?? (key === 'apiKey' ? origins.get('apiKeyFile') : undefined);
  if (settingSpecs[key].rule.entries && isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).map(([name, inner]) =>
      rowOf(`${key}.${name}`, inner, origins.get(`${key}.${name}`)),
    );
  }
  if (value !== undefined) return [rowOf(key, value, origin)];
  const text = `(${settingSpecs[key].otherwise ?? 'not set'})`;
  return [{ key, value: null, text, origin: 'default', kind: 'default' }];
}

function rowOf(key: string, found: unknown, origin: Origin | undefined): SettingRow {
  const value = plain(found);
  const text = typeof value === 'string' ? quoteText(value, 60).slice(1, -1) : JSON.stringify(value);
  return { key, value, text, origin: origin ? placeOf(origin) : 'default', kind: origin?.kind ?? 'default' };
}

function plain(value: unknown): unknown {
  if (value instanceof Secret) return `*** (fingerprint ${value.fingerprint()})`;
  if (isObject(value) && typeof value['percent'] === 'number') return `${value['percent']}%`;
  if (isObject(value) && typeof value['count'] === 'number') return value['count'];
  return value;
}

function settingOf(key: SettingKey, settings: Resolved['settings']): unknown {
  const [, column] = key.split('.');
  const holder: object = column === undefined ? settings : settings.columns;
  return Object.entries(holder).find(([name]) => name === (column ?? key))?.[1];
}
