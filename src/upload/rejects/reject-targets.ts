import { basename, join } from 'node:path';
import { nameParts } from '../../input/formats.ts';
import type { SourceFile } from '../../input/source.ts';
import { formatFor, type RejectFormat } from './reject-format.ts';

/** One file of rejected records, before it is made. */
export interface RejectTarget {
  readonly path: string;
  readonly format: RejectFormat;
}

/** Where the rejected records of each input go, by the position of the input. */
export type RejectTargets = ReadonlyMap<number, RejectTarget>;

/**
 * NAME.rejected.EXT for each input, in `directory`, or the next numbered name that is free. Inputs of one name share a
 * file when they have one form.
 */
export async function eachItsOwn(
  files: readonly SourceFile[],
  directory: string,
  isFree: (path: string) => Promise<boolean>,
): Promise<RejectTargets> {
  const targets: RejectTarget[] = [];
  const byInput = new Map<number, RejectTarget>();
  for (const file of files) {
    const format = formatFor(file);
    const { stem, ext } = nameOf(file);
    const pathOf = (n: number) => join(directory, `${stem}.rejected${n === 1 ? '' : `.${n}`}${ext}`);
    for (let n = 1; !byInput.has(file.index); n++) {
      const taken = targets.find(({ path }) => path === pathOf(n));
      if (taken ? !isSameForm(taken.format, format) : !(await isFree(pathOf(n)))) continue;
      const target = taken ?? { path: pathOf(n), format };
      if (!taken) targets.push(target);
      byInput.set(file.index, target);
    }
  }
  return byInput;
}

/** One file for all inputs: in their own form where they share one, as NDJSON of what would have been sent otherwise. */
export function allInOne(files: readonly SourceFile[], path: string): RejectTargets {
  const formats = files.map(formatFor);
  const shared = formats.every((format) => isSameForm(format, formats[0]!));
  const target: RejectTarget = {
    path,
    format: shared ? (formats[0] ?? { kind: 'shaped' }) : { kind: 'shaped' },
  };
  return new Map(files.map((file) => [file.index, target]));
}

function isSameForm(a: RejectFormat, b: RejectFormat): boolean {
  if (a.kind !== 'table' || b.kind !== 'table') return a.kind === b.kind;
  return a.header === b.header && a.delimiter === b.delimiter && a.bom === b.bom;
}

/** `exports/users.csv.gz` → `users` and `.csv`; a name whose extension says another format gets the extension of its own. */
function nameOf({ path, format }: SourceFile): { stem: string; ext: string } {
  const { stem, ...known } = nameParts(path === '<stdin>' ? 'stdin' : basename(path));
  return {
    stem: stem.replace(/\.txt$/i, ''),
    ext: known.format === format ? `.${known.extension}` : `.${format}`,
  };
}
