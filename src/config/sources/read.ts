import { resolve } from 'node:path';
import { type FileSettings, readDocument } from './document.ts';
import { type DotenvFile, readDotenv } from './dotenv.ts';
import {
  configVariable,
  type Environment,
  type EnvironmentSettings,
  readEnvironment,
} from './environment.ts';
import { findProjectFile, readNamedFile, readUserFile, type SettingsFile, userFolder } from './files.ts';

/** Where to look for settings. */
export interface Places {
  readonly env: Environment;
  /** The working directory, as an absolute path. */
  readonly cwd: string;
  /** The home folder; without one there is no user file. */
  readonly home?: string | undefined;
  /** The file of --config, used instead of searching for a project file. */
  readonly configPath?: string | undefined;
}

/** A settings file and what it sets. */
export interface ReadFile extends SettingsFile {
  readonly kind: FileSettings['kind'];
  readonly content: FileSettings;
}

export interface ReadDotenv extends DotenvFile {
  readonly content: EnvironmentSettings;
}

/** All sources except flags and defaults. */
export interface Sources {
  readonly environment: EnvironmentSettings;
  readonly dotenv: ReadDotenv | undefined;
  /** The project file, or the file of --config, and then the user's file. */
  readonly files: readonly ReadFile[];
  readonly warnings: readonly string[];
}

/** Reads and checks the environment and all files. Throws a UsageError for a file that cannot be read. */
export async function readSources({ env, cwd, home, configPath }: Places): Promise<Sources> {
  const environment = readEnvironment(env, { home });
  const [dotenv, files] = await Promise.all([readDotenv(cwd), readFiles({ env, cwd, home, configPath })]);
  if (dotenv === undefined || 'warning' in dotenv) {
    const warnings = dotenv === undefined ? [] : [dotenv.warning];
    return { environment, dotenv: undefined, files, warnings: [...environment.warnings, ...warnings] };
  }
  const originOf = (variable: string) => ({ kind: 'dotenv', name: dotenv.path, variable }) as const;
  const content = readEnvironment(dotenv.variables, { home, originOf });
  const problems = content.problems.map(({ place, message }) => ({
    place: `${dotenv.path}: ${place}`,
    message,
  }));
  return {
    environment,
    dotenv: { ...dotenv, content: { ...content, problems } },
    files,
    warnings: [...environment.warnings, ...dotenv.warnings, ...content.warnings],
  };
}

async function readFiles({ env, cwd, home, configPath }: Places): Promise<readonly ReadFile[]> {
  const named = configPath ?? (env[configVariable] || undefined);
  const project = named === undefined ? await findProjectFile(cwd) : await readNamedFile(resolve(cwd, named));
  const user = await readUserFile(userFolder(env, home));
  const read: ReadFile[] = [];
  for (const [kind, file] of [
    [named === undefined ? 'project' : 'named', project],
    ['user', user],
  ] as const) {
    if (file === undefined || read.some(({ realPath }) => realPath === file.realPath)) continue;
    read.push({ ...file, kind, content: readDocument(file.document, { kind, path: file.path, home }) });
  }
  return read;
}
