import { constants, lstatSync, type Stats, statSync } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { formatBytes } from '../../text.ts';
import { isPackage, packageProperty } from '../parse.ts';
import { createExplorer } from './explorer.ts';

/** A settings file that is not empty. */
export interface SettingsFile {
  readonly path: string;
  /** The same with symlinks resolved. */
  readonly realPath: string;
  /** The parsed content, not yet checked. */
  readonly document: unknown;
  /** SHA-256 of the content. */
  readonly hash: string;
  /** Permission bits. */
  readonly mode: number;
  /** User ids of the owners of the file and of a symlink to it. */
  readonly owners: readonly number[];
}

/** More than any settings need, and still fast to parse. */
const maxBytes = 256 * 1024;
const maxPackageBytes = 4 * 1024 * 1024;

const stems = ['.mirorc', '.misorc'];
const dataEndings = ['', '.json', '.yaml', '.yml'];

/** The names of project settings files, in search order. */
export const projectFileNames: readonly string[] = [
  ...stems.flatMap((stem) => dataEndings.map((ending) => stem + ending)),
  'package.json',
];

/** The nearest project file, from `cwd` upwards. Empty files and folders of that name are skipped. */
export async function findProjectFile(cwd: string): Promise<SettingsFile | undefined> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    for (const name of projectFileNames) {
      const path = join(folder, name);
      if (!isPresent(path)) continue;
      const file = await loadFile(path);
      if (file !== undefined) return file;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** The folder of the user's own miso files; undefined without a home folder. */
export function userFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): string | undefined {
  const base = env['XDG_CONFIG_HOME'];
  if (base !== undefined && isAbsolute(base)) return join(base, 'miso');
  return home === undefined || home === '' ? undefined : join(home, '.config', 'miso');
}

/** The user's settings file, if it exists. `folder`: see `userFolder`. */
export async function readUserFile(folder: string | undefined): Promise<SettingsFile | undefined> {
  const path = folder === undefined ? undefined : join(folder, 'config.yaml');
  return path !== undefined && isPresent(path) ? await loadFile(path) : undefined;
}

/** The file of --config. It must exist and contain data; it may be empty. */
export async function readNamedFile(path: string): Promise<SettingsFile | undefined> {
  if (/^\.[cm]?[jt]s$/.test(extname(path))) {
    throw new UsageError(`${path}: a settings file cannot be JavaScript.`, {
      hint: 'Write the settings as YAML (.yaml) or JSON (.json).',
    });
  }
  const file = await loadFile(path);
  if (file === undefined && isPackage(path)) {
    throw new UsageError(`${path}: no settings under "${packageProperty}".`);
  }
  return file;
}

/** Undefined if the file contains no settings. Throws a UsageError if it cannot be read. */
async function loadFile(path: string): Promise<SettingsFile | undefined> {
  const { mode, uid } = await statReadable(path);
  const explorer = await createExplorer();
  const { config } = (await explorer.load(path)) ?? {};
  if (config?.document === undefined) return undefined;
  const owners = [uid, (await lstat(path)).uid];
  return { path, realPath: await realpath(path), ...config, mode, owners };
}

/** Opens only regular files, because a pipe or a device could block or never end. */
async function statReadable(path: string): Promise<{ readonly mode: number; readonly uid: number }> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new UsageError(`${path}: this is a folder; expected a settings file.`);
    if (!stats.isFile()) {
      throw new UsageError(`${path}: not a regular file.`, {
        hint: 'Settings are read from regular files only.',
      });
    }
    const limit = isPackage(path) ? maxPackageBytes : maxBytes;
    if (stats.size > limit) {
      throw new UsageError(`${path}: too large for a settings file (over ${formatBytes(limit)}).`);
    }
    await access(path, constants.R_OK);
    return stats;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(`${path}: this settings file ${missing ? 'does not exist' : 'cannot be read'}.`, {
      hint: missing ? 'Check the path.' : 'Check its permissions.',
      cause: error,
    });
  }
}

/**
 * Whether a path exists and is not a folder. A broken symlink counts: skipping it would silently change
 * settings. Synchronous, because dozens of paths are tried at every start.
 */
function isPresent(path: string): boolean {
  return statsOf(path, lstatSync) !== undefined && !statsOf(path, statSync)?.isDirectory();
}

function statsOf(path: string, read: typeof lstatSync | typeof statSync): Stats | undefined {
  try {
    return read(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
