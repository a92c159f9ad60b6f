import { realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { conflicts, defaultLayer, merge } from './merge.ts';
import { usageErrorOf } from './problem.ts';
import type { Settings } from './settings.ts';
import { type FileSettings, readDocument } from './sources/document.ts';
import { configVariable, type Environment, readEnvironment } from './sources/environment.ts';
import {
  findProjectFile,
  readNamedFile,
  readUserFile,
  type SettingsFile,
  userFilePath,
} from './sources/files.ts';
import { type Flags, readFlags } from './sources/flags.ts';
import { readKeyFile } from './sources/key-file.ts';
import { type Origin, originText } from './sources/layer.ts';
import { chooseProfile } from './sources/profile.ts';
import { warningsOf } from './warnings.ts';

/** Everything that settings are resolved from. */
export interface SettingsInput {
  readonly flags: Flags;
  readonly env: Environment;
  /** The working directory, as an absolute path. */
  readonly cwd: string;
  /** The home folder; without one there is no user file. */
  readonly home?: string | undefined;
  /** The file of --config, used instead of searching for a project file. */
  readonly configPath?: string | undefined;
  /** User id of the current user; default: as the system reports. */
  readonly uid?: number | undefined;
  /** For commands that do not connect: the key file is not read, and need not exist. */
  readonly offline?: boolean | undefined;
}

/** The settings in force and where they come from. */
export interface Resolved {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<string, Origin>;
  /** The settings files that were read, the project file first. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

interface ReadFile {
  readonly file: SettingsFile;
  readonly content: FileSettings;
}

/**
 * Finds, reads, checks and merges the settings: flags, environment, project file, user file, defaults.
 * Throws a UsageError that names every problem.
 */
export async function resolveSettings(input: SettingsInput): Promise<Resolved> {
  const flags = readFlags(input.flags);
  const environment = readEnvironment(input.env, input.home);
  const read = await readFiles(input);
  const files = read.map(({ content }) => content);
  const profile = chooseProfile([flags.layer, environment.layer, ...files.map(({ layer }) => layer)], files);

  const fileLayers = files.flatMap((file) => [profile.layerOf(file), file.layer]);
  const layers = [flags.layer, environment.layer, ...fileLayers, defaultLayer(stateFolder(input))];
  const allLayers = [...layers, ...files.flatMap(({ profiles }) => [...profiles.values()])];
  const problems = [
    ...flags.problems,
    ...environment.problems,
    ...files.flatMap((file) => file.problems),
    ...profile.problems,
    ...[...new Set(allLayers)].flatMap(conflicts),
  ];
  if (problems.length > 0) throw usageErrorOf(problems);

  const merged = merge(layers);
  const settings = await withKey(merged, input);
  const checkedFiles = read.map(({ file, content }) => ({
    ...file,
    kind: content.kind,
    layers: [content.layer, ...content.profiles.values()],
  }));
  return {
    settings,
    origins: merged.origins,
    files: files.map(({ path }) => path),
    warnings: [
      ...environment.warnings,
      ...warningsOf({
        files: checkedFiles,
        chosen: namedFile(input) !== undefined,
        uid: input.uid ?? currentUser(),
        server: input.offline ? undefined : settings.server,
        keyFile: await keyFileOf(settings, input),
        origins: merged.origins,
      }),
    ],
  };
}

function namedFile({ env, configPath }: SettingsInput): string | undefined {
  return configPath ?? (env[configVariable] || undefined);
}

async function readFiles(input: SettingsInput): Promise<readonly ReadFile[]> {
  const { env, cwd, home } = input;
  const named = namedFile(input);
  const project = named === undefined ? await findProjectFile(cwd) : await readNamedFile(resolve(cwd, named));
  const user = await readUserFile(userFilePath(env, home));
  const read: ReadFile[] = [];
  for (const [kind, file] of [
    ['project', project],
    ['user', user],
  ] as const) {
    if (file === undefined || read.some((other) => other.file.path === file.path)) continue;
    read.push({ file, content: readDocument(file.document, { kind, path: file.path, home }) });
  }
  return read;
}

async function withKey(
  { settings, origins }: { settings: Settings; origins: ReadonlyMap<string, Origin> },
  { cwd, offline }: SettingsInput,
): Promise<Settings> {
  const origin = origins.get('apiKeyFile');
  if (settings.apiKeyFile === undefined || origin === undefined || offline) return settings;
  const apiKey = await readKeyFile(resolve(cwd, settings.apiKeyFile), originText(origin));
  return { ...settings, apiKey };
}

/** The path of the key file with symlinks resolved: a repository may contain a link to a file of its user. */
async function keyFileOf(
  { apiKeyFile }: Settings,
  { cwd, offline }: SettingsInput,
): Promise<string | undefined> {
  if (apiKeyFile === undefined || offline) return undefined;
  const path = resolve(cwd, apiKeyFile);
  // A pipe of the shell, as in <(command), has no real path.
  return await realpath(path).catch(() => path);
}

/** Undefined if the system does not know, such as in a container whose user has no name. */
function currentUser(): number | undefined {
  try {
    return userInfo().uid;
  } catch {
    return undefined;
  }
}

function stateFolder({ env, home }: SettingsInput): string | undefined {
  const base = env['XDG_STATE_HOME'];
  if (base !== undefined && isAbsolute(base)) return join(base, 'miso');
  return home === undefined || home === '' ? undefined : join(home, '.local', 'state', 'miso');
}
