import { parseErrorLine } from './error-line.ts';

/** Why Miso did not take one entry of a call. */
export interface RecordError {
  /** Path below the entry (`age`), '' for the entry as a whole. */
  readonly path: string;
  /** In Miso's own words. */
  readonly reason: string;
  readonly value?: string;
}

/** Errors by entry, and the lines that name no entry of the call. */
export interface RecordErrors<T> {
  readonly named: ReadonlyMap<T, readonly RecordError[]>;
  readonly unnamed: readonly string[];
}

/** Assigns error lines to the entries of a call that they name. */
export function recordErrors<T>(items: readonly T[], lines: readonly string[]): RecordErrors<T> {
  const named = new Map<T, RecordError[]>();
  const unnamed: string[] = [];
  for (const line of lines) {
    const target = parseErrorLine(line);
    const item = target && items[target.index];
    if (item === undefined || target === undefined) {
      unnamed.push(line);
      continue;
    }
    const { index: _, ...error } = target;
    const errors = named.get(item);
    if (errors) errors.push(error);
    else named.set(item, [error]);
  }
  return { named, unnamed };
}
