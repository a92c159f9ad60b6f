import type { Problem } from './problem.ts';
import { settingKeys, settingSpecs } from './setting-specs.ts';
import type { SettingKey, Settings } from './settings.ts';
import { type Entry, type Layer, type Origin, placeOf } from './sources/layer.ts';

/** Settings of which each excludes the other: one that is set takes the other of every lower layer away. */
const exclusive: readonly (readonly [SettingKey, SettingKey])[] = [
  ['apiKey', 'apiKeyFile'],
  ['quiet', 'verbose'],
];

/** What the layers amount to. */
export interface Merged {
  readonly settings: Settings;
  /** The origin of each setting that has a value; entries of maps also by their own name, `columns.map.Plan`. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** The value of each setting from layers in falling rank. Maps are put together entry by entry. */
export function merge(layers: readonly Layer[]): Merged {
  const values = new Map<SettingKey, unknown>();
  const origins = new Map<string, Origin>();
  const masked = withoutExcluded(layers);
  for (const key of settingKeys) {
    const entries = masked.flatMap((layer) => layer.get(key) ?? []);
    const [first] = entries;
    if (first === undefined) continue;
    values.set(key, settingSpecs[key].rule.entries ? joined(key, entries, origins) : first.value);
    origins.set(key, first.origin);
  }
  return { settings: assemble(values), origins };
}

/** A layer that sets two settings of which each excludes the other. */
export function conflicts(layer: Layer): readonly Problem[] {
  return exclusive.flatMap(([one, other]) => {
    const [first, second] = [layer.get(one), layer.get(other)];
    if (!isOn(first) || !isOn(second)) return [];
    const places = new Set([placeOf(first.origin), placeOf(second.origin)]);
    const message = `${one} and ${other} exclude each other; keep one of the two`;
    return [{ place: [...places].join(' and '), message }];
  });
}

function withoutExcluded(layers: readonly Layer[]): readonly Layer[] {
  const taken = new Set<SettingKey>();
  return layers.map((layer) => {
    const kept = new Map([...layer].filter(([key, entry]) => !taken.has(key) || !isOn(entry)));
    for (const [one, other] of exclusive) {
      if (isOn(kept.get(one))) taken.add(other);
      if (isOn(kept.get(other))) taken.add(one);
    }
    return kept;
  });
}

function isOn(entry: Entry | undefined): entry is Entry {
  return entry !== undefined && entry.value !== false;
}

function joined(key: SettingKey, entries: readonly Entry[], origins: Map<string, Origin>): unknown {
  const values: Record<string, unknown> = Object.create(null);
  for (const { value, origin } of entries.toReversed()) {
    for (const [name, inner] of Object.entries(value as object)) {
      values[name] = inner;
      origins.set(`${key}.${name}`, origin);
    }
  }
  return values;
}

/** Each value has passed the rule of its key, and the table ties rules to the types of Settings. */
function assemble(values: ReadonlyMap<SettingKey, unknown>): Settings {
  const top: Record<string, unknown> = {};
  const columns: Record<string, unknown> = {};
  for (const [key, value] of values) {
    if (key.startsWith('columns.')) columns[key.slice('columns.'.length)] = value;
    else top[key] = value;
  }
  return { ...top, columns } as unknown as Settings;
}
