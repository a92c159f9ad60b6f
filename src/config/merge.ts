import { columnName, isColumn } from './names.ts';
import type { Problem } from './problem.ts';
import { type SettingKey, type Settings, settingKeys, settingTable } from './settings.ts';
import { type Entry, type Layer, type Origin, originText } from './sources/layer.ts';

/** Mutually exclusive settings: setting one hides the other in all lower layers. */
const exclusive: readonly (readonly [SettingKey, SettingKey])[] = [
  ['apiKey', 'apiKeyFile'],
  ['quiet', 'verbose'],
];

/** The merged settings of all layers. */
export interface Merged {
  readonly settings: Settings;
  /** The origin of each setting that has a value, and of each entry of a map: `columns.map.Plan`. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Merges layers, highest precedence first. Maps are merged entry by entry. */
export function merge(layers: readonly Layer[]): Merged {
  const values = new Map<SettingKey, unknown>();
  const origins = new Map<string, Origin>();
  const kept = withoutExcluded(layers);
  for (const key of settingKeys) {
    const entries = kept.flatMap((layer) => layer.get(key) ?? []);
    const [first] = entries;
    if (first === undefined) continue;
    values.set(key, settingTable[key].rule.entries ? mergeEntries(key, entries, origins) : first.value);
    origins.set(key, first.origin);
  }
  return { settings: assemble(values), origins };
}

/** The layer of defaults. The default of `stateDir` depends on the machine. */
export function defaultLayer(stateDir: string | undefined): Layer {
  const layer = new Map<SettingKey, Entry>();
  for (const key of settingKeys) {
    const written = key === 'stateDir' ? stateDir : settingTable[key].default;
    if (written === undefined) continue;
    const result = settingTable[key].rule.read(written, { kind: 'data', path: (path) => path });
    if (result.ok) layer.set(key, { value: result.value, origin: { kind: 'default', name: 'default' } });
  }
  return layer;
}

/** The mutually exclusive settings of one layer. */
export function conflicts(layer: Layer): readonly Problem[] {
  return exclusive.flatMap(([one, other]) => {
    const [first, second] = [layer.get(one), layer.get(other)];
    if (!isOn(first) || !isOn(second)) return [];
    const places = new Set([originText(first.origin), originText(second.origin)]);
    const message = `${one} and ${other} cannot both be set; keep one of the two`;
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

function mergeEntries(key: SettingKey, entries: readonly Entry[], origins: Map<string, Origin>): unknown {
  const values: Record<string, unknown> = Object.create(null);
  for (const { value, origin } of entries.toReversed()) {
    for (const [name, inner] of Object.entries(value as object)) {
      values[name] = inner;
      origins.set(`${key}.${name}`, origin);
    }
  }
  return values;
}

/** The cast is safe: each value passed the rule of its key, and `Settings` is derived from those rules. */
function assemble(values: ReadonlyMap<SettingKey, unknown>): Settings {
  const top: Record<string, unknown> = {};
  const columns: Record<string, unknown> = {};
  for (const [key, value] of values) {
    if (isColumn(key)) columns[columnName(key)] = value;
    else top[key] = value;
  }
  return { ...top, columns } as unknown as Settings;
}
