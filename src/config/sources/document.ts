import { isObject } from '../../contract/json.ts';
import { looksSecret } from '../../redact.ts';
import { closest } from '../../text.ts';
import { columnNames, topLevelNames } from '../names.ts';
import { maxShown, type Problem } from '../problem.ts';
import { describeValue, quoteSafely, type ReadContext } from '../rules/rule.ts';
import { type SettingKey, settingTable } from '../settings.ts';
import { homePath } from './home-path.ts';
import type { Entry, Layer, Origin } from './layer.ts';

/** The settings of one file. */
export interface FileSettings {
  readonly kind: DocumentPlace['kind'];
  readonly path: string;
  readonly layer: Layer;
  readonly profiles: ReadonlyMap<string, Layer>;
  readonly problems: readonly Problem[];
}

/** The origin of a document. */
export interface DocumentPlace {
  readonly kind: 'named' | 'project' | 'user';
  readonly path: string;
  readonly home: string | undefined;
}

/** Checks the content of a settings file. Returns every problem, with the full path of its key. */
export function readDocument(document: unknown, place: DocumentPlace): FileSettings {
  const problems: string[] = [];
  const top = readSection(document, { place, path: [], profile: undefined, problems });
  const profiles = new Map<string, Layer>();
  const section = isObject(document) ? own(document, 'profiles') : undefined;
  if (isObject(section)) {
    for (const [name, written] of Object.entries(section)) {
      profiles.set(name, readSection(written, { place, path: ['profiles', name], profile: name, problems }));
    }
  } else if (!isAbsent(section)) {
    problems.push(`profiles: expected a map of names to settings, found ${describeValue(section)}`);
  }
  problems.unshift(...unsafeKeys(document, []));
  const located = problems.map((message) => ({ place: place.path, message }));
  return { kind: place.kind, path: place.path, layer: top, profiles, problems: located };
}

interface Section {
  readonly place: DocumentPlace;
  readonly path: readonly string[];
  readonly profile: string | undefined;
  /** Output: problems are added here. */
  readonly problems: string[];
}

function readSection(written: unknown, section: Section): Layer {
  const layer = new Map<SettingKey, Entry>();
  if (isAbsent(written)) return layer;
  if (!isObject(written)) {
    const where = section.path.length === 0 ? '' : `${section.path.join('.')}: `;
    const kind = typeof written === 'string' ? 'text' : describeValue(written);
    section.problems.push(`${where}expected settings as "key: value", found ${kind}`);
    return layer;
  }
  const names = new Map(topLevelNames());
  const inProfile = section.profile !== undefined;
  if (inProfile) names.delete('profile');
  const others = inProfile ? ['columns'] : ['columns', 'profiles', '$schema'];
  readKeys(written, { ...section, names, others, layer });
  const columns = own(written, 'columns');
  const inColumns = {
    ...section,
    path: [...section.path, 'columns'],
    names: columnNames(),
    others: [],
    layer,
  };
  if (isObject(columns)) readKeys(columns, inColumns);
  else if (!isAbsent(columns))
    section.problems.push(`${inColumns.path.join('.')}: expected a map, found ${describeValue(columns)}`);
  return layer;
}

interface Keys extends Section {
  readonly names: ReadonlyMap<string, SettingKey>;
  /** Keys that are allowed here but are not settings themselves. */
  readonly others: readonly string[];
  /** Output: values are added here. */
  readonly layer: Map<SettingKey, Entry>;
}

function readKeys(written: Readonly<Record<string, unknown>>, keys: Keys): void {
  const origin: Origin = {
    kind: keys.place.kind,
    name: keys.place.path,
    ...(keys.profile === undefined ? {} : { profile: keys.profile }),
  };
  const context: ReadContext = { kind: 'data', path: homePath(keys.place) };
  for (const [name, value] of Object.entries(written)) {
    const full = [...keys.path, name].join('.');
    const key = keys.names.get(name);
    if (key === undefined) {
      if (!keys.others.includes(name) && name !== '__proto__')
        keys.problems.push(unknownKey(full, name, keys));
    } else if (!isAbsent(value)) {
      const result = settingTable[key].rule.read(value, context);
      if (!result.ok) keys.problems.push(`${full}: ${result.problem}`);
      else if (keys.layer.has(key)) keys.problems.push(`${full}: ${key} is also set; keep one of the two`);
      else keys.layer.set(key, { value: result.value, origin });
    }
  }
}

function unknownKey(full: string, name: string, { names, others, path, profile, problems }: Keys): string {
  const problem = `unknown key ${quoteSafely(looksSecret(name) ? name : full)}`;
  if (profile !== undefined && (name === 'profile' || name === 'profiles')) {
    return `${problem}; a profile cannot hold profiles`;
  }
  // Suggestions take time, so they are made only for the problems that are shown.
  if (problems.length > maxShown) return problem;
  const base = profile === undefined ? [] : path.slice(0, 2);
  const elsewhere = path.at(-1) === 'columns' ? topLevelNames() : columnNames();
  const moved = elsewhere.get(name);
  if (moved !== undefined) return `${problem}; did you mean ${quoteSafely([...base, moved].join('.'))}?`;
  const near = closest(name, [...names.keys(), ...others]);
  if (near !== undefined) return `${problem}; did you mean ${quoteSafely([...path, near].join('.'))}?`;
  return `${problem}; allowed: ${[...names.keys(), ...others].join(', ')}`;
}

function unsafeKeys(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => unsafeKeys(item, path));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = [...path, name];
    const unsafe = name === '__proto__' ? [`the key ${quoteSafely(here.join('.'))} is not allowed`] : [];
    return [...unsafe, ...unsafeKeys(inner, here)];
  });
}

/** A key without a value counts as not set, so that templates can list all keys. */
function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function own(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
