import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { UsageError } from '../errors.ts';
import { allClosest } from '../text.ts';
import type { InputRef, ResolvedInputs } from './input-ref.ts';

const stdinPaths: ReadonlySet<string> = new Set(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);
/** Whether an argument means standard input. */
export function isStdin(arg: string): boolean {
  return stdinPaths.has(arg);
}

const globCharacters = /[*?[\]{}]|[!+@]\(/;

type Candidate = Omit<InputRef, 'index'> & { readonly identity: string };

/** Where inputs are looked up. `cwd` is the process's own if absent. */
export interface ResolveDeps {
  readonly stdin: Readable;
  readonly cwd?: string;
}

/**
 * Resolves arguments to inputs: paths, globs, and `-` for standard input, which is also the default.
 * A file that is given twice, in any spelling, is kept once, with a warning. Nothing is read yet.
 * Throws UsageError for what does not exist, cannot be read or is a directory, and for a glob without matches.
 */
export async function resolveInputs(args: readonly string[], deps: ResolveDeps): Promise<ResolvedInputs> {
  const cwd = resolve(deps.cwd ?? '.');
  const inputs: InputRef[] = [];
  const warnings: string[] = [];
  const seen = new Map<string, string>();
  for (const arg of args.length === 0 ? ['-'] : args) {
    for (const { identity, ...found } of await candidates(arg, cwd, deps.stdin)) {
      const earlier = seen.get(identity);
      if (earlier === undefined) {
        seen.set(identity, found.path);
        inputs.push({ index: inputs.length, ...found });
      } else {
        warnings.push(
          earlier === found.path
            ? `${earlier} is given twice; it is read once.`
            : `${found.path} is the same file as ${earlier}; it is read once.`,
        );
      }
    }
  }
  return { inputs, warnings };
}

async function candidates(arg: string, cwd: string, stdin: Readable): Promise<Candidate[]> {
  if (arg === '') {
    throw new UsageError('A file name is empty.', { hint: 'Specify a file, or "-" for standard input.' });
  }
  // A socket as standard input cannot be opened by its path, so the stream that is already open is used.
  if (isStdin(arg)) return [{ path: '<stdin>', stdin, identity: '<stdin>' }];
  // An existing file whose name contains glob characters is that file.
  const file = await candidateAt(arg, cwd);
  if (file) return [file];
  if (globCharacters.test(arg)) return await globbed(arg, cwd);
  throw new UsageError(`No such file: ${arg}.`, { hint: await nearName(resolve(cwd, arg)) });
}

async function candidateAt(path: string, cwd: string): Promise<Candidate | undefined> {
  const absolute = resolve(cwd, path);
  const stats = await stat(absolute, { bigint: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new UsageError(`${path} cannot be read (${cause.code ?? cause.message}).`, { cause });
  });
  if (!stats) return undefined;
  if (stats.isDirectory()) {
    throw new UsageError(`${path} is a directory, not a file.`, {
      hint: `Specify the files in it, for example '${path.replace(/[/\\]+$/, '')}/*.csv'.`,
    });
  }
  await access(absolute, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${cause.code ?? cause.message}).`, {
      hint: 'Check the owner and the permissions of the file.',
      cause,
    });
  });
  const identity = `${stats.dev}:${stats.ino}`;
  if (!stats.isFile()) return { path, absolute, identity };
  return { path, absolute, size: Number(stats.size), mtimeMs: Number(stats.mtimeMs), identity };
}

async function globbed(pattern: string, cwd: string): Promise<Candidate[]> {
  const { glob } = await import('tinyglobby');
  const found = await glob(sep === '\\' ? pattern.replaceAll('\\', '/') : pattern, {
    cwd,
    absolute: true,
    expandDirectories: false,
  });
  if (found.length === 0) {
    throw new UsageError(`No file matches ${pattern}.`, {
      hint: `Searched in ${cwd}.`,
    });
  }
  const sorted = found.map((path) => (isAbsolute(pattern) ? path : relative(cwd, path))).sort();
  const all = await Promise.all(sorted.map((path) => candidateAt(path, cwd)));
  return all.filter((candidate) => candidate !== undefined);
}

/** A hint for a missing file: a similar name in its folder, or that the folder is missing too. */
async function nearName(absolute: string): Promise<string> {
  const folder = dirname(absolute);
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return `The folder ${folder} does not exist or cannot be read.`;
  const [near] = allClosest(basename(absolute), names);
  return near === undefined ? 'Check the spelling and the working directory.' : `Did you mean ${near}?`;
}
