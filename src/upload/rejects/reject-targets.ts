import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { nameParts } from '../../input/formats.ts';
import type { SourceFile } from '../../input/source.ts';
import { formatFor, type RejectFormat } from './reject-format.ts';

/** A rejects file, before it is created. */
export interface RejectTarget {
  readonly path: string;
  readonly format: RejectFormat;
}

/** The rejects file of each input, by index of the input. */
export type RejectTargets = ReadonlyMap<number, RejectTarget>;

interface OwnFiles {
  readonly directory: string;
  /** Write cells that are safe in a spreadsheet. */
  readonly safeCsv: boolean;
  readonly isFree: (path: string) => Promise<boolean>;
}

/**
 * NAME.rejected.EXT in `directory` for each input, or the next numbered name that is free. Inputs of the same name share
 * a file if they have the same format.
 */
export async function oneForEach(
  files: readonly SourceFile[],
  { directory, safeCsv, isFree }: OwnFiles,
): Promise<RejectTargets> {
  const targets: RejectTarget[] = [];
  const byInput = new Map<number, RejectTarget>();
  for (const file of files) {
    const format = formatFor(file, safeCsv);
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

/** One file for all inputs: in their format if they share one, otherwise NDJSON of the records as they would be sent. */
export function allInOne(
  files: readonly SourceFile[],
  { path, safeCsv }: { readonly path: string; readonly safeCsv: boolean },
): RejectTargets {
  const formats = files.map((file) => formatFor(file, safeCsv));
  const shared = formats.every((format) => isSameFormat(format, formats[0]!));
  const target: RejectTarget = {
    path,
    format: shared ? (formats[0] ?? { kind: 'mapped' }) : { kind: 'mapped' },
  };
  return new Map(files.map((file) => [file.index, target]));
}

function isSameFormat(a: RejectFormat, b: RejectFormat): boolean {
  return isDeepStrictEqual(a, b);
}

/** `exports/users.csv.gz` → `users` and `.csv`; a name whose extension says another format gets the extension of its own. */
function nameOf({ path, format }: SourceFile): { stem: string; ext: string } {
  const { stem, ...known } = nameParts(path === '<stdin>' ? 'stdin' : basename(path));
  return {
    stem: stem.replace(/\.txt$/i, ''),
    ext: known.format === format ? `.${known.extension}` : `.${format}`,
  };
}
