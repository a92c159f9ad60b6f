import { constants, existsSync, statSync } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { isPackage, packageProperty } from '../parse.ts';
import { createExplorer, type Found } from './explorer.ts';

/** A settings file that holds anything. */
export interface SettingsFile {
  readonly path: string;
  /** The same with links followed. */
  readonly realPath: string;
  /** What it holds, unjudged. */
  readonly document: unknown;
  /** Permission bits. */
  readonly mode: number;
  /** The number of the user whose file it is. */
  readonly owner: number;
}

const stems = ['.mirorc', '.misorc'];
const dataEndings = ['', '.json', '.yaml', '.yml'];

/** The names under which a project keeps its settings, in the order in which they are looked for in each folder. */
export const projectFileNames: readonly string[] = [
  ...stems.flatMap((stem) => dataEndings.map((ending) => stem + ending)),
  'package.json',
];

/** The nearest project file, from `cwd` upwards; files that hold no settings are passed by. */
export async function findProjectFile(cwd: string): Promise<SettingsFile | undefined> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const present = projectFileNames.map((name) => join(folder, name)).filter(isThere);
    // The search would pass by a file that it may not read, and go on with other settings than the user wrote.
    for (const path of present) if (!isPackage(path)) await refuseUnreadable(path);
    if (present.length > 0) {
      const explorer = await createExplorer(projectFileNames);
      const found = await explorer.search(folder);
      if (found !== null) return await settingsFile(found);
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** Where the user's own file stands, whether or not it exists; undefined where no home folder is known. */
export function userFilePath(
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): string | undefined {
  const base = env['XDG_CONFIG_HOME'];
  if (base !== undefined && isAbsolute(base)) return join(base, 'miso', 'config.yaml');
  return home === undefined || home === '' ? undefined : join(home, '.config', 'miso', 'config.yaml');
}

/** The user's own file, where there is one. */
export async function readUserFile(path: string | undefined): Promise<SettingsFile | undefined> {
  return path !== undefined && isThere(path) ? await load(path) : undefined;
}

/** The file that --config names. It must exist and be data; an empty one is fine. */
export async function readNamedFile(path: string): Promise<SettingsFile | undefined> {
  if (/^\.[cm]?[jt]s$/.test(extname(path))) {
    throw new UsageError(`${path}: a settings file cannot be a program.`, {
      hint: 'Write the settings as YAML (.yaml) or JSON (.json).',
    });
  }
  const file = await load(path);
  if (file === undefined && isPackage(path)) {
    throw new UsageError(`${path}: there are no settings under "${packageProperty}".`);
  }
  return file;
}

async function load(path: string): Promise<SettingsFile | undefined> {
  await refuseUnreadable(path);
  const explorer = await createExplorer(projectFileNames);
  const found = await explorer.load(path);
  return found === null ? undefined : await settingsFile(found);
}

async function settingsFile(found: Found): Promise<SettingsFile | undefined> {
  if (found.isEmpty) return undefined;
  const { mode, uid: owner } = await stat(found.filepath);
  const realPath = await realpath(found.filepath);
  return { path: found.filepath, realPath, document: found.config?.document, mode, owner };
}

async function refuseUnreadable(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw new UsageError(`${path}: this is a folder; expected a settings file.`);
    }
    await access(path, constants.R_OK);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(`${path}: this settings file ${missing ? 'does not exist' : 'cannot be read'}.`, {
      hint: missing ? 'Check the path.' : 'Check who may read it.',
      cause: error,
    });
  }
}

function isThere(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}
