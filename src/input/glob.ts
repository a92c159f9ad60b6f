import { type Dirent, readdir as readdirCallback } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join, normalize, parse, relative, resolve, sep } from 'node:path';
import { UsageError } from '../errors.ts';

export const globCharacters = /[*?[\]{}]|[!+@]\(/;

/** `users.rejected.csv`, `users.rejected.2.csv` and, as some tools number copies, `users.rejected.csv.1` */
const rejectsName = /\.rejected(?:\.\d+)?\.[^.]+(?:\.\d+)?$/;

/** The matches of a glob, sorted by name. */
export interface GlobMatches {
  /** Everything except directories, relative to the working directory unless the pattern is absolute. */
  readonly paths: readonly string[];
  /** Rejects files of earlier runs, which are included only if the pattern contains `rejected`. */
  readonly rejectsFiles: readonly string[];
}

/**
 * Expands a glob. No match is dropped: the caller checks whether each can be read. Throws UsageError for a
 * folder that cannot be read, and for a name that is not UTF-8 and therefore cannot be opened.
 */
export async function expandGlob(pattern: string, cwd: string): Promise<GlobMatches> {
  const { glob } = await import('tinyglobby');
  const folders = new FolderReader();
  // From its root, because the library does not find files on another drive of Windows from the working
  // directory.
  const { root } = parse(pattern);
  const below = pattern.slice(root.length);
  const found = await glob(sep === '\\' ? below.replaceAll('\\', '/') : below, {
    cwd: resolve(cwd, root),
    absolute: true,
    expandDirectories: false,
    // The types of readdir cover all of its signatures. The library uses only this one.
    fs: { readdir: folders.readdir as never },
  });
  folders.throwFault(found);
  const paths = found.map((path) => (isAbsolute(pattern) ? normalize(path) : relative(cwd, path))).sort();
  if (basename(pattern).includes('rejected')) return { paths, rejectsFiles: [] };
  return {
    paths: paths.filter((path) => !rejectsName.test(path)),
    rejectsFiles: paths.filter((path) => rejectsName.test(path)),
  };
}

/**
 * Reads folders for the glob library, which silently skips everything that is not clearly a file or a folder.
 */
class FolderReader {
  readonly #undecodable = new Set<string>();
  #unreadable: UsageError | undefined;

  /** In the form of fs.readdir with `withFileTypes`. */
  readonly readdir = (
    folder: string,
    _options: unknown,
    done: (error: Error | null, entries: Entry[]) => void,
  ): void => {
    readdirCallback(folder, { withFileTypes: true, encoding: 'buffer' }, (error, entries) => {
      if (error && error.code !== 'ENOENT' && error.code !== 'ENOTDIR')
        this.#unreadable ??= new UsageError(`${folder} cannot be read (${error.code ?? error.message}).`, {
          cause: error,
          hint: 'Check the owner and the permissions of the folder.',
        });
      if (error) done(error, []);
      else
        Promise.all(entries.map((entry) => this.#entryOf(folder, entry))).then(
          (all) => done(null, all),
          (cause) => done(cause, []),
        );
    });
  };

  /** Throws for what would be missing from the matches, or could not be opened. */
  throwFault(found: readonly string[]): void {
    if (this.#unreadable) throw this.#unreadable;
    const undecodable = found.find((path) => this.#undecodable.has(path));
    if (undecodable !== undefined)
      throw new UsageError(`The name of the file ${undecodable} is not valid UTF-8.`, {
        hint: 'Rename it, or pipe its content to standard input.',
      });
  }

  async #entryOf(folder: string, entry: Dirent<Buffer>): Promise<Entry> {
    const name = entry.name.toString();
    if (!Buffer.from(name).equals(entry.name)) this.#undecodable.add(join(folder, name));
    const isFolder = entry.isSymbolicLink()
      ? await stat(join(folder, name)).then(
          (target) => target.isDirectory(),
          () => false,
        )
      : entry.isDirectory();
    return {
      name,
      isFile: () => !isFolder,
      isDirectory: () => isFolder && !entry.isSymbolicLink(),
      isSymbolicLink: () => isFolder && entry.isSymbolicLink(),
    };
  }
}

/** What the glob library uses of a Dirent. */
interface Entry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}
