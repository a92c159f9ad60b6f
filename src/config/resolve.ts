import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { conflicts, defaultLayer, type Merged, merge } from './merge.ts';
import { usageErrorOf } from './problem.ts';
import type { Secret } from './secret.ts';
import type { Settings } from './settings.ts';
import { userFolder } from './sources/files.ts';
import { type Flags, readFlags } from './sources/flags.ts';
import { hashKeyOf } from './sources/hash-key.ts';
import { ignoredWarning } from './sources/ignored.ts';
import { readKeyFile } from './sources/key-file.ts';
import { type Layer, type Origin, originText } from './sources/layer.ts';
import { selectProfile } from './sources/profile.ts';
import { type Places, readSources, type Sources } from './sources/read.ts';
import { checkTrust, type ProjectFile, type TrustResult } from './trust/check.ts';
import { isTrusted } from './trust/store.ts';
import { keyWarnings } from './warnings.ts';

/** Everything that settings are resolved from. */
export interface SettingsInput extends Places {
  readonly flags: Flags;
  /** Options of Miso's own command line that were given and have no effect. */
  readonly ignoredOptions?: readonly string[];
  /** User id of the current user; default: as the system reports. */
  readonly uid?: number | undefined;
  /** For commands that do not connect: the key file is not read, and need not exist. */
  readonly offline?: boolean | undefined;
  /** For commands that hash values: the key of --hash is read. */
  readonly hashes?: boolean | undefined;
}

/** The settings in force and where they come from. */
export interface Resolved {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<string, Origin>;
  /** The key of --hash, for commands that hash values. */
  readonly hashKey?: Secret;
  /** The settings files that were read, those of the project first. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Finds, reads, checks and merges the settings: flags, environment, .env, project file, user file, defaults.
 * Throws a UsageError that names every problem, or the settings of a project file that need to be trusted
 * first.
 */
export async function resolveSettings(input: SettingsInput): Promise<Resolved> {
  const sources = await readSources(input);
  const merged = mergeSources(sources, input);
  const { refusals, warnings } = await trustOf(merged, sources, input);
  if (refusals.length > 0) throw untrustedError(refusals);

  const settings = await withKey(merged, input);
  const hashKey = input.hashes ? await hashKeyOf(merged, sources, input) : undefined;
  const { environment, dotenv, files } = sources;
  const ignored = [
    ...(input.ignoredOptions ?? []),
    ...environment.ignored,
    ...(dotenv?.content.ignored ?? []),
  ];
  const allWarnings = [
    ...[ignoredWarning(ignored) ?? []].flat(),
    ...sources.warnings,
    ...keyWarnings({
      files: [
        ...files.map(({ content, ...file }) => ({
          ...file,
          layers: [content.layer, ...content.profiles.values()],
        })),
        ...(dotenv === undefined ? [] : [{ ...dotenv, layers: [dotenv.content.layer] }]),
      ],
      origins: merged.origins,
    }),
    ...warnings,
  ];
  return {
    settings: allWarnings.length > 0 ? unsilenced(settings, merged.origins) : settings,
    ...(hashKey === undefined ? {} : { hashKey }),
    origins: merged.origins,
    files: [...(dotenv === undefined ? [] : [dotenv.path]), ...files.map(({ path }) => path)],
    warnings: allWarnings,
  };
}

/** Throws a UsageError that names every problem of every source. */
export function mergeSources(sources: Sources, input: SettingsInput): Merged {
  const flags = readFlags(input.flags);
  const { environment, dotenv } = sources;
  const files = sources.files.map(({ content }) => content);
  const variableLayers = [environment.layer, ...(dotenv === undefined ? [] : [dotenv.content.layer])];
  const profile = selectProfile({
    layers: [flags.layer, ...variableLayers, ...files.map(({ layer }) => layer)],
    files,
    environments: [
      { variables: input.env, originOf: (name) => ({ kind: 'env', name }) },
      ...(dotenv === undefined
        ? []
        : [
            {
              variables: dotenv.variables,
              originOf: (variable: string) => ({ kind: 'dotenv', name: dotenv.path, variable }) as const,
            },
          ]),
    ],
    flags: flags.layer,
    offline: input.offline ?? false,
  });
  const layers: readonly Layer[] = [
    flags.layer,
    profile.keyLayer,
    ...variableLayers,
    ...files.flatMap((file) => [profile.layerOf(file), file.layer]),
    defaultLayer(stateFolder(input)),
  ];
  const allLayers = [...layers, ...files.flatMap(({ profiles }) => [...profiles.values()])];
  const problems = [
    ...flags.problems,
    ...environment.problems,
    ...(dotenv?.content.problems ?? []),
    ...files.flatMap((file) => file.problems),
    ...profile.problems,
    ...[...new Set(allLayers)].flatMap(conflicts),
  ];
  if (problems.length > 0) throw usageErrorOf(problems);
  return merge(layers);
}

/** What keeps untrusted project files from being used. */
export async function trustOf(
  { settings, origins }: Merged,
  sources: Sources,
  input: SettingsInput,
): Promise<TrustResult> {
  const { env, home, cwd, offline = false } = input;
  const files: ProjectFile[] = [];
  const candidates = [sources.dotenv, ...sources.files.filter(({ kind }) => kind !== 'named')];
  for (const file of candidates) {
    if (file !== undefined && !(await isTrusted(file, userFolder(env, home)))) files.push(file);
  }
  return await checkTrust({ settings, origins, files, cwd, offline, users: acceptedUsers(input) });
}

function untrustedError(refusals: TrustResult['refusals']): UsageError {
  const messages = [...new Set(refusals.map(({ message }) => message))];
  return new UsageError(messages.join('\n'), {
    hint: 'Nothing was sent. If you trust this file, run `miso config trust`, or name it with --config.',
  });
}

/** A project file must not hide warnings, which may be about itself. */
function unsilenced(settings: Settings, origins: ReadonlyMap<string, Origin>): Settings {
  const kind = origins.get('quiet')?.kind;
  return kind === 'project' || kind === 'dotenv' ? { ...settings, quiet: false } : settings;
}

async function withKey({ settings, origins }: Merged, { cwd, offline }: SettingsInput): Promise<Settings> {
  const origin = origins.get('apiKeyFile');
  if (settings.apiKeyFile === undefined || origin === undefined || offline) return settings;
  const apiKey = await readKeyFile(resolve(cwd, settings.apiKeyFile), originText(origin));
  return { ...settings, apiKey };
}

/** The users whose files are accepted: the current one, root, and whoever runs the program with sudo. */
function acceptedUsers({ uid = currentUser(), env }: SettingsInput): ReadonlySet<number> | undefined {
  if (uid === undefined || uid < 0) return undefined;
  const sudoUser = uid === 0 ? Number(env['SUDO_UID'] ?? 0) : 0;
  return new Set([0, uid, sudoUser]);
}

/** Undefined if the system has no user ids. */
function currentUser(): number | undefined {
  try {
    return userInfo().uid;
  } catch {
    // A user without a name, as in some containers.
    return statSync('/proc/self', { throwIfNoEntry: false })?.uid;
  }
}

function stateFolder({ env, home }: SettingsInput): string | undefined {
  const base = env['XDG_STATE_HOME'];
  if (base !== undefined && isAbsolute(base)) return join(base, 'miso');
  return home === undefined || home === '' ? undefined : join(home, '.local', 'state', 'miso');
}
