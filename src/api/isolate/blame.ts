import { parseErrorLine } from './error-line.ts';

/** Why Miso did not take one entry of a call. */
export interface Blame {
  /** Path below the entry (`age`), '' for the entry as a whole. */
  readonly path: string;
  /** Miso's own wording. */
  readonly reason: string;
  readonly value?: string;
}

/** Who is named by error lines, and the lines that name nobody of the call. */
export interface Blamed<T> {
  readonly named: ReadonlyMap<T, readonly Blame[]>;
  readonly unnamed: readonly string[];
}

/** Finds the entries of a call that error lines speak of. */
export function blame<T>(items: readonly T[], lines: readonly string[]): Blamed<T> {
  const named = new Map<T, Blame[]>();
  const unnamed: string[] = [];
  for (const line of lines) {
    const target = parseErrorLine(line);
    const item = target && items[target.index];
    if (item === undefined || target === undefined) {
      unnamed.push(line);
      continue;
    }
    const { index: _, ...reason } = target;
    const reasons = named.get(item);
    if (reasons) reasons.push(reason);
    else named.set(item, [reason]);
  }
  return { named, unnamed };
}
