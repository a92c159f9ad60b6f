import { isObject } from '../../contract/json.ts';
import { quoteText } from '../../text.ts';
import type { Resolved } from '../resolve.ts';
import { Secret } from '../secret.ts';
import { type SettingKey, settingKeys, settingTable } from '../settings.ts';
import { type Origin, originText } from '../sources/layer.ts';

/** One line of `miso config`. */
export interface SettingRow {
  /** The setting; for an entry of a map, followed by the name of the entry: `columns.map.Plan`. */
  readonly key: string;
  /** The value as JSON; null if not set. Keys are masked. */
  readonly value: unknown;
  /** The value on one line, or the default in parentheses. */
  readonly text: string;
  /** A flag, a variable, a file with its profile, or `default`. */
  readonly origin: string;
  readonly kind: Origin['kind'];
}

/** Every setting with its value and its origin, in the order of the table. Secrets are masked. */
export function describeSettings(resolved: Resolved): readonly SettingRow[] {
  return settingKeys.flatMap((key) => rowsOf(key, resolved));
}

/** One setting, or one entry of a map; undefined if there is no such setting. */
export function settingRow(key: string, resolved: Resolved): SettingRow | undefined {
  const setting = settingKeys.find((candidate) => candidate === key);
  if (setting === undefined) return describeSettings(resolved).find((row) => row.key === key);
  const value = settingOf(setting, resolved.settings);
  if (value === undefined) return rowsOf(setting, resolved)[0];
  return rowOf(setting, value, originOf(setting, resolved));
}

function originOf(key: SettingKey, { origins }: Resolved): Origin | undefined {
  return origins.get(key) ?? (key === 'apiKey' ? origins.get('apiKeyFile') : undefined);
}

function rowsOf(key: SettingKey, resolved: Resolved): readonly SettingRow[] {
  const { settings, origins } = resolved;
  const value = settingOf(key, settings);
  if (settingTable[key].rule.entries && isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).map(([name, inner]) =>
      rowOf(`${key}.${name}`, inner, origins.get(`${key}.${name}`)),
    );
  }
  if (value !== undefined) return [rowOf(key, value, originOf(key, resolved))];
  const text = `(${settingTable[key].unset ?? 'not set'})`;
  return [{ key, value: null, text, origin: 'default', kind: 'default' }];
}

function rowOf(key: string, raw: unknown, origin: Origin | undefined): SettingRow {
  const value = displayed(raw);
  const text = typeof value === 'string' ? quoteText(value, 60).slice(1, -1) : JSON.stringify(value);
  return {
    key,
    value,
    text,
    origin: origin ? originText(origin) : 'default',
    kind: origin?.kind ?? 'default',
  };
}

function displayed(value: unknown): unknown {
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
