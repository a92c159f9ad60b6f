import { UsageError } from '../errors.ts';
import { isStdin, resolveInputs } from '../input/resolve.ts';
import type { IdSource, Warn } from './source.ts';

/**
 * The ids that a command is about, in order and as they stand: from arguments, or from a column of a table, a field of
 * JSON objects, JSON strings, or one a line.
 * Throws UsageError when there is no source, and InputError for an entry that holds no id.
 */
export async function* readIds(source: IdSource, warn: Warn): AsyncGenerator<readonly string[]> {
  if (!namesNone(source.ids)) {
    if (source.from !== undefined) throw new UsageError('Give ids, or a file with --from, but not both.');
    if (source.ids.includes('')) throw new UsageError('An id is empty.');
    yield source.ids;
    return;
  }
  if (source.from === undefined && source.stdin.isTTY) {
    throw new UsageError('No ids were given.', { hint: 'Name them, or a file that holds them with --from.' });
  }
  const { inputs, warnings } = await resolveInputs([source.from ?? '-'], source);
  warnings.forEach(warn);
  // Loaded where a list is read, and not for ids that are named.
  const { idsOfInput } = await import('./input-ids.ts');
  for (const ref of inputs) yield* idsOfInput(ref, source, warn);
}

/** Whether the ids come from standard input, which is then read to its end. */
export function takesStdin({
  ids,
  from,
}: {
  readonly ids: readonly string[];
  readonly from?: string | undefined;
}): boolean {
  return namesNone(ids) && (from === undefined || isStdin(from));
}

function namesNone(ids: readonly string[]): boolean {
  return ids.length === 0 || (ids.length === 1 && ids[0] === '-');
}
