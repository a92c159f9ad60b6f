import { isObject } from '../contract/json.ts';
import { digest } from '../digest.ts';
import type { ReadSettings } from '../input/read-settings.ts';
import type { ColumnSettings } from '../records/column-settings.ts';
import { createHasher } from '../records/hash/hasher.ts';
import type { Shaping } from './state/state-header.ts';

/**
 * Empty objects count as absent, so that a setting that is added later with an empty default changes no
 * fingerprint.
 */
export function shapingOf(read: ReadSettings, columns: ColumnSettings, hashKey?: string): Shaping {
  const key = createHasher(columns, hashKey)?.marker;
  const settings = Object.entries({ ...read, ...columns, 'key of --hash': key })
    .map(([name, value]) => [name, canonicalJson(value)] as const)
    .filter(([, json]) => !['null', 'false', '{}', '[]'].includes(json));
  return Object.fromEntries(settings.map(([name, json]) => [name, digest(json, 16)]));
}

/** The names of the settings that differ. */
export function shapingDifferences(before: Shaping, now: Shaping): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]);
}

/** JSON with sorted keys and without keys whose value is null. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).filter((key) => value[key] !== null && value[key] !== undefined);
  return `{${keys.sort().map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)}}`;
}
