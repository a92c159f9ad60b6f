import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../../errors.ts';
import { type Format, nameParts } from '../../input/formats.ts';
import type { SourceFile } from '../../input/source.ts';
import { type FormatOptions, formatFor, type RejectFormat } from './reject-format.ts';

/** A rejects file, before it is created. */
export interface RejectTarget {
  readonly path: string;
  readonly format: RejectFormat;
}

/** The rejects file of each input, by index of the input. */
export type RejectTargets = ReadonlyMap<number, RejectTarget>;

interface OwnFiles extends FormatOptions {
  readonly directory: string;
  readonly isFree: (path: string) => Promise<boolean>;
}

/**
 * NAME.rejected.EXT in `directory` for each input, or the next numbered name that is free. Inputs of the same
 * name share a file if they have the same format.
 */
export async function oneForEach(
  files: readonly SourceFile[],
  { directory, isFree, ...options }: OwnFiles,
): Promise<RejectTargets> {
  const targets: RejectTarget[] = [];
  const byInput = new Map<number, RejectTarget>();
  for (const file of files) {
    const format = formatFor(file, options);
    const { stem, ext } = nameOf(file);
    const pathOf = (n: number) => join(directory, `${stem}.rejected${n === 1 ? '' : `.${n}`}${ext}`);
    for (let n = 1; !byInput.has(file.index); n++) {
      const taken = targets.find(({ path }) => path === pathOf(n));
      if (taken ? !isSameFormat(taken.format, format) : !(await isFree(pathOf(n)))) continue;
      const target = taken ?? { path: pathOf(n), format };
      if (!taken) targets.push(target);
      byInput.set(file.index, target);
    }
  }
  return byInput;
}

/**
 * One file for all inputs: in their format if they share one, otherwise NDJSON of the records as they would
 * be sent. Throws UsageError if the file name has the extension of another format.
 */
export function allInOne(
  files: readonly SourceFile[],
  { path, ...options }: FormatOptions & { readonly path: string },
): RejectTargets {
  const format = commonFormat(files, nameParts(path).format, options);
  if (!format) {
    throw new UsageError(`--rejects names ${path}, but these inputs need a file in another format.`, {
      hint: 'Use a name that ends in .ndjson, or leave out --rejects to get a file for each input in its format.',
    });
  }
  if (format.kind === 'mapped' && options.marker !== undefined) {
    throw new UsageError(`--rejects names ${path}, but with --hash these inputs cannot share a file.`, {
      hint: 'Leave out --rejects to get a file for each input in its format.',
    });
  }
  return new Map(files.map((file) => [file.index, { path, format }]));
}

/** Undefined if `named`, the format of the file name's extension, cannot hold the records of all inputs. */
function commonFormat(
  files: readonly SourceFile[],
  named: Format | undefined,
  options: FormatOptions,
): RejectFormat | undefined {
  const [first = { kind: 'mapped' as const }, ...others] = files.map((file) => formatFor(file, options));
  const isShared = others.every((format) => isSameFormat(format, first));
  const fits = named === undefined || files.every(({ format }) => format === named);
  if (isShared && fits) return first;
  return named === undefined || named === 'ndjson' ? { kind: 'mapped' } : undefined;
}

function isSameFormat(a: RejectFormat, b: RejectFormat): boolean {
  return isDeepStrictEqual(a, b);
}

/**
 * `exports/users.csv.gz` → `users` and `.csv`. The extension of another format is replaced by that of its
 * own.
 */
function nameOf({ path, format }: SourceFile): { stem: string; ext: string } {
  const { stem, ...known } = nameParts(path === '<stdin>' ? 'stdin' : basename(path));
  return {
    stem: stem.replace(/\.txt$/i, ''),
    ext: known.format === format ? `.${known.extension}` : `.${format}`,
  };
}
