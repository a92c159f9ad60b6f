import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { UsageError } from '../errors.ts';
import { allClosest, shellWord } from '../text.ts';
import { expandGlob, globCharacters } from './glob.ts';
import type { InputRef, ResolvedInputs } from './input-ref.ts';

const stdinPaths: ReadonlySet<string> = new Set(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);

/** Whether an argument means standard input. */
export function isStdin(arg: string): boolean {
  return stdinPaths.has(arg);
}

type Candidate = Omit<InputRef, 'index'> & { readonly identity: string };

/** Where inputs are looked up. `cwd` is the process's own if absent. */
export interface ResolveDeps {
  readonly stdin: Readable;
  readonly cwd?: string;
}

/**
 * Resolves arguments to inputs: paths, globs, and `-` for standard input, which is also the default.
 * A file that is given twice, under any path, is kept once, with a warning. Nothing is opened yet.
 * Throws UsageError for a missing file, a directory, a glob without matches, and a match that is not a file.
 */
export async function resolveInputs(args: readonly string[], deps: ResolveDeps): Promise<ResolvedInputs> {
  const cwd = resolve(deps.cwd ?? '.');
  const inputs: InputRef[] = [];
  const warnings: string[] = [];
  const seen = new Map<string, string>();
  for (const arg of args.length === 0 ? ['-'] : args) {
    for (const { identity, ...found } of await candidates(arg, { cwd, stdin: deps.stdin, warnings })) {
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

interface Lookup {
  readonly cwd: string;
  readonly stdin: Readable;
  readonly warnings: string[];
}

async function candidates(arg: string, lookup: Lookup): Promise<Candidate[]> {
  const { cwd, stdin } = lookup;
  if (arg === '') {
    throw new UsageError('A file name is empty.', { hint: 'Specify a file, or "-" for standard input.' });
  }
  // A socket as standard input cannot be opened by its path, so the stream that is already open is used.
  if (isStdin(arg)) return [{ path: '<stdin>', stdin, identity: '<stdin>' }];
  // An existing file whose name contains glob characters is that file.
  const stats = await statOf(arg, cwd);
  if (stats) return [candidateOf(arg, cwd, stats)];
  if (globCharacters.test(arg)) return await globbed(arg, lookup);
  throw new UsageError(`No such file: ${arg}.`, { hint: await nearName(resolve(cwd, arg)) });
}

async function statOf(path: string, cwd: string): Promise<BigIntStats | undefined> {
  return await stat(resolve(cwd, path), { bigint: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new UsageError(`${path} cannot be read (${cause.code ?? cause.message}).`, { cause });
  });
}

function candidateOf(path: string, cwd: string, stats: BigIntStats): Candidate {
  if (stats.isDirectory()) {
    throw new UsageError(`${path} is a folder, not a file.`, {
      hint: `Specify the files in it, for example ${shellWord(`${path.replace(/[/\\]+$/, '')}/*.csv`)}.`,
    });
  }
  const identity = `${stats.dev}:${stats.ino}`;
  const absolute = resolve(cwd, path);
  if (!stats.isFile()) return { path, absolute, identity };
  return { path, absolute, size: Number(stats.size), mtimeMs: Number(stats.mtimeMs), identity };
}

async function globbed(pattern: string, { cwd, warnings }: Lookup): Promise<Candidate[]> {
  const { paths, rejectsFiles } = await expandGlob(pattern, cwd);
  const [first, ...others] = rejectsFiles;
  const skipped =
    others.length === 0
      ? `${first} was not read, because it is a rejects file of an earlier run`
      : `${rejectsFiles.join(', ')} were not read, because they are rejects files of earlier runs`;
  if (paths.length === 0) {
    throw new UsageError(`No file matches ${pattern}.`, {
      hint: first === undefined ? `Searched in ${cwd}.` : `${skipped}. To read it, specify its name.`,
    });
  }
  if (first !== undefined) warnings.push(`${skipped}; to read it, specify its name.`);
  return await Promise.all(
    paths.map(async (path) => {
      const stats = await statOf(path, cwd);
      if (!stats) throw await vanished(path, cwd);
      if (!stats.isFile())
        throw new UsageError(`${path}, which matches ${pattern}, is ${kindOf(stats)}, not a file.`, {
          hint: 'Specify it by its name to read from it, or use a narrower pattern.',
        });
      return candidateOf(path, cwd, stats);
    }),
  );
}

async function vanished(path: string, cwd: string): Promise<UsageError> {
  const link = await lstat(resolve(cwd, path)).catch(() => undefined);
  return link?.isSymbolicLink()
    ? new UsageError(`${path} is a symbolic link to a file that does not exist.`, {
        hint: 'Remove the link or restore the file.',
      })
    : new UsageError(`${path} was removed while the files were being listed.`);
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** A hint for a missing file: a similar name in its folder, or that the folder is missing too. */
async function nearName(absolute: string): Promise<string> {
  const folder = dirname(absolute);
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return `The folder ${folder} does not exist or cannot be read.`;
  const name = basename(absolute);
  // The extension is left out, because a common extension does not make names similar.
  const near = allClosest(name, names).find((other) => allClosest(stemOf(name), [stemOf(other)]).length > 0);
  return near === undefined ? 'Check the spelling and the working directory.' : `Did you mean ${near}?`;
}

function stemOf(name: string): string {
  return /^.[^.]*/.exec(name)?.[0] ?? name;
}
