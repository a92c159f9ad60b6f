import type { Resolved } from '../config/resolve.ts';
import type { IdSource } from '../ids/source.ts';
import type { World } from '../world.ts';

/** Where the ids of a command come from. */
export function idSource(
  { ids, from }: { readonly ids: readonly string[]; readonly from?: string },
  { settings, origins }: Resolved,
  { stdin, cwd }: World,
): IdSource {
  const { id } = settings.columns;
  // A column that a settings file names for uploads is looked for, and a list without it is a list all the same.
  const named = origins.get('columns.id')?.kind === 'flag';
  return {
    ...{ ids, from, read: {}, stdin, cwd, columnOption: '--id', column: named ? id : undefined },
    ...(id === undefined ? {} : { defaultColumn: id }),
  };
}
