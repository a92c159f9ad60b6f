import { UsageError } from '../errors.ts';
import { isStdin, resolveInputs } from '../input/resolve.ts';
import type { IdSource, Warn } from './source.ts';

/**
 * The ids that a command is about, in order and unchanged: from arguments, a list with one id per line, a
 * column of a table, or a field of JSON objects. Throws UsageError without a source, and InputError for an
 * entry without an id.
 */
export async function* readIds(source: IdSource, warn: Warn): AsyncGenerator<readonly string[]> {
  const { stored = (id) => id } = source;
  if (!namesNone(source.ids)) {
    if (source.from !== undefined) throw new UsageError('Specify ids or --from, not both.');
    if (source.ids.includes('')) throw new UsageError('An id is empty.');
    yield source.ids.map(stored);
    return;
  }
  if (source.from === undefined && source.stdin.isTTY) {
    throw new UsageError('No ids specified.', {
      hint: 'Pass ids as arguments, or a file that contains them with --from.',
    });
  }
  const { inputs, warnings } = await resolveInputs([source.from ?? '-'], source);
  warnings.forEach(warn);
  // Loaded only for files and standard input, not for ids in arguments.
  const { idsOfInput } = await import('./input-ids.ts');
  for (const ref of inputs) for await (const ids of idsOfInput(ref, source, warn)) yield ids.map(stored);
}

/** Whether the ids come from standard input. */
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
