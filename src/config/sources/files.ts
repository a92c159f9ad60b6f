import { constants, existsSync, statSync } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { isPackage, packageProperty } from '../parse.ts';
import { createExplorer, type ExplorerResult } from './explorer.ts';

/** A settings file that is not empty. */
export interface SettingsFile {
  readonly path: string;
  /** The same with symlinks resolved. */
  readonly realPath: string;
  /** The parsed content, not yet checked. */
  readonly document: unknown;
  /** Permission bits. */
  readonly mode: number;
  /** User id of the owner. */
  readonly owner: number;
}

const stems = ['.mirorc', '.misorc'];
const dataEndings = ['', '.json', '.yaml', '.yml'];

/** The names of project settings files, in the order in which each folder is searched. */
export const projectFileNames: readonly string[] = [
  ...stems.flatMap((stem) => dataEndings.map((ending) => stem + ending)),
  'package.json',
];

/** The nearest project file, from `cwd` upwards; empty files are skipped. */
export async function findProjectFile(cwd: string): Promise<SettingsFile | undefined> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const present = projectFileNames.map((name) => join(folder, name)).filter(isThere);
    // The search would skip a file it cannot read, and continue with settings the user did not mean.
    for (const path of present) if (!isPackage(path)) await refuseUnreadable(path);
    if (present.length > 0) {
      const explorer = await createExplorer(projectFileNames);
      const found = await explorer.search(folder);
      if (found !== null) return await settingsFile(found);
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** The path of the user's settings file, which may not exist; undefined without a home folder. */
export function userFilePath(
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): string | undefined {
  const base = env['XDG_CONFIG_HOME'];
  if (base !== undefined && isAbsolute(base)) return join(base, 'miso', 'config.yaml');
  return home === undefined || home === '' ? undefined : join(home, '.config', 'miso', 'config.yaml');
}

/** The user's settings file, if it exists. */
export async function readUserFile(path: string | undefined): Promise<SettingsFile | undefined> {
  return path !== undefined && isThere(path) ? await load(path) : undefined;
}

/** The file of --config. It must exist and contain data; it may be empty. */
export async function readNamedFile(path: string): Promise<SettingsFile | undefined> {
  if (/^\.[cm]?[jt]s$/.test(extname(path))) {
    throw new UsageError(`${path}: a settings file cannot be JavaScript.`, {
      hint: 'Write the settings as YAML (.yaml) or JSON (.json).',
    });
  }
  const file = await load(path);
  if (file === undefined && isPackage(path)) {
    throw new UsageError(`${path}: no settings under "${packageProperty}".`);
  }
  return file;
}

async function load(path: string): Promise<SettingsFile | undefined> {
  await refuseUnreadable(path);
  const explorer = await createExplorer(projectFileNames);
  const found = await explorer.load(path);
  return found === null ? undefined : await settingsFile(found);
}

async function settingsFile(found: ExplorerResult): Promise<SettingsFile | undefined> {
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
      hint: missing ? 'Check the path.' : 'Check its permissions.',
      cause: error,
    });
  }
}

function isThere(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}
