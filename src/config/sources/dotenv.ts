import { constants, existsSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { digest } from '../../digest.ts';
import { variablesOf } from '../names.ts';
import { configVariable, type Environment } from './environment.ts';

/** The MISO_ variables of a .env file. */
export interface DotenvFile {
  readonly path: string;
  readonly realPath: string;
  /** SHA-256 of the content. */
  readonly hash: string;
  readonly mode: number;
  readonly owners: readonly number[];
  readonly variables: Environment;
  readonly warnings: readonly string[];
}

const maxBytes = 256 * 1024;

/** A project's file must not answer prompts for the user, or name another file that would then be trusted. */
const refused: ReadonlySet<string> = new Set([configVariable, ...variablesOf('yes')]);

/** Reads `.env` in a folder; undefined if it does not exist or sets no MISO_ variable. */
export async function readDotenv(
  folder: string,
): Promise<DotenvFile | { readonly warning: string } | undefined> {
  const path = join(folder, '.env');
  if (!existsSync(path)) return undefined;
  const file = await readRegularFile(path);
  if (file === undefined || 'warning' in file) return file;
  const { content, mode, owner } = file;
  const found = Object.entries(parseDotenv(content)).filter(([name]) => name.startsWith('MISO_'));
  if (found.length === 0) return undefined;
  return {
    path,
    realPath: await realpath(path),
    hash: digest(content),
    mode,
    owners: [owner],
    variables: Object.fromEntries(found.filter(([name]) => !refused.has(name))),
    warnings: found
      .filter(([name]) => refused.has(name))
      .map(([name]) => `${path}: ${name} is ignored; set it in the environment instead.`),
  };
}

interface RegularFile {
  readonly content: string;
  readonly mode: number;
  readonly owner: number;
}

/** Skips a folder of that name (as in Python projects), and a pipe, because reading it would block. */
async function readRegularFile(
  path: string,
): Promise<RegularFile | { readonly warning: string } | undefined> {
  const ignored = (reason: string) => ({ warning: `${path} is ignored: ${reason}.` });
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) {
    const isAbsent = ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(handle.code ?? '');
    return isAbsent ? undefined : ignored(`it cannot be read (${handle.code})`);
  }
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) return undefined;
    if (!stats.isFile()) return ignored('not a regular file');
    if (stats.size > maxBytes) return ignored(`larger than ${maxBytes / 1024} KiB`);
    return { content: await handle.readFile('utf8'), mode: stats.mode, owner: stats.uid };
  } finally {
    await handle.close();
  }
}

const assignment =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*)[ \t]*(?:#.*)?\r?$/gm;

/** Parses the syntax of the npm package dotenv, which Miso's own CLI uses. The last assignment wins. */
export function parseDotenv(content: string): Environment {
  const variables: Record<string, string> = Object.create(null);
  for (const [, name = '', written = ''] of content.replace(/^\ufeff/, '').matchAll(assignment)) {
    const value = written.trim();
    const unquoted = value.replace(/^(['"`])([\s\S]*)\1$/, '$2');
    variables[name] = value.startsWith('"')
      ? unquoted.replaceAll('\\n', '\n').replaceAll('\\r', '\r')
      : unquoted;
  }
  return variables;
}
