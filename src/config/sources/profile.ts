import { closest } from '../../text.ts';
import type { Problem } from '../problem.ts';
import { quoteSafely } from '../rules/rule.ts';
import { settingTable } from '../settings.ts';
import type { FileSettings } from './document.ts';
import { type Environment, keyVariableOf } from './environment.ts';
import { type Entry, type Layer, type Origin, originText } from './layer.ts';

/** The selected profile and environment: their layers, and what is wrong with them. */
export interface SelectedProfile {
  /** The profile in a file. */
  readonly layerOf: (file: FileSettings) => Layer;
  /** The key that --env selects. It overrides all other keys except those of flags. */
  readonly keyLayer: Layer;
  readonly problems: readonly Problem[];
}

export interface ProfileSources {
  /** Highest precedence first. */
  readonly layers: readonly Layer[];
  readonly files: readonly FileSettings[];
  /** The places of MISO_<NAME>_API_KEY. */
  readonly environments: readonly { readonly variables: Environment; originOf(name: string): Origin }[];
  readonly flags: Layer;
  /** The command needs no key. */
  readonly offline: boolean;
}

/** Selects the profile and the environment. Every file can add settings to a profile. */
export function selectProfile(sources: ProfileSources): SelectedProfile {
  const profile = topEntry('profile', sources);
  const env = topEntry('env', sources);
  const keyLayer = env === undefined ? new Map() : keyLayerOf(String(env.value), sources);
  const selected = profile ?? env;
  const name = selected && String(selected.value);
  return {
    layerOf: ({ profiles }) => (name === undefined ? undefined : profiles.get(name)) ?? new Map(),
    keyLayer,
    problems: [
      ...(profile === undefined ? [] : unknownProfile(profile, sources)),
      ...(env === undefined ? [] : envProblems(env, { keyLayer, isProfile: profile === undefined }, sources)),
    ],
  };
}

function topEntry(key: 'profile' | 'env', { layers }: ProfileSources): Entry | undefined {
  return layers.flatMap((layer) => layer.get(key) ?? [])[0];
}

function keyLayerOf(environment: string, { environments }: ProfileSources): Layer {
  const name = keyVariableOf(environment);
  for (const { variables, originOf } of environments) {
    const written = variables[name];
    if (written === undefined || written === '') continue;
    const result = settingTable.apiKey.rule.read(written, { kind: 'text', path: (path) => path });
    if (result.ok) return new Map([['apiKey', { value: result.value, origin: originOf(name) }]]);
  }
  return new Map();
}

function envProblems(
  { value, origin }: Entry,
  { keyLayer, isProfile }: { readonly keyLayer: Layer; readonly isProfile: boolean },
  { flags, files, offline }: ProfileSources,
): Problem[] {
  const place = originText(origin);
  const name = String(value);
  if (keyLayer.size > 0) {
    if (!flags.has('apiKey') && !flags.has('apiKeyFile')) return [];
    return [{ place, message: `${keyVariableOf(name)} and a flag both set the key; keep one of the two` }];
  }
  const hasProfile = isProfile && profileNames(files).includes(name);
  if (hasProfile || offline) return [];
  const message = `${keyVariableOf(name)} is not set to a valid key, and there is no profile ${quoteSafely(name)}`;
  return [{ place, message }];
}

function unknownProfile({ value, origin }: Entry, { files }: ProfileSources): Problem[] {
  const name = String(value);
  const available = profileNames(files);
  if (available.includes(name)) return [];
  const problem = `there is no profile ${quoteSafely(name)}`;
  const place = originText(origin);
  if (available.length === 0) return [{ place, message: `${problem}; no settings file has profiles` }];
  const near = closest(name, available);
  const hint = near === undefined ? '' : `; did you mean ${quoteSafely(near)}?`;
  return [{ place, message: `${problem}; available: ${available.join(', ')}${hint}` }];
}

/** The names of all profiles. */
export function profileNames(files: readonly FileSettings[]): readonly string[] {
  return [...new Set(files.flatMap(({ profiles }) => [...profiles.keys()]))];
}
