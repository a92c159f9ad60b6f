import type { Resolved } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { IdSource } from '../ids/source.ts';
import { formatNames } from '../input/formats.ts';
import { createHasher, type Hasher } from '../records/hash/hasher.ts';
import { listOf, quoteText } from '../text.ts';
import type { World } from '../world.ts';
import type { IdOptions } from './id-input.ts';

/** Where the ids of a command come from. `ownColumn`: the name that Miso has for them. */
export function idSource(
  { ids, from, fromFormat }: IdOptions,
  { settings, origins, hashKey }: Resolved,
  { stdin, cwd, ownColumn = 'user_id' }: Pick<World, 'stdin' | 'cwd'> & { readonly ownColumn?: string },
): IdSource {
  const { columns, encoding, delimiter } = settings;
  // A settings file describes the files of uploads: its column is looked for, and a list without it is still
  // a list.
  const isFlag = (key: string) => origins.get(key)?.kind === 'flag';
  const named = isFlag('columns.id') ? columns.id : undefined;
  const format = formatNames.find((name) => name === fromFormat);
  const defaultColumns =
    ownColumn === 'user_id' && columns.id !== undefined ? [columns.id, ownColumn] : [ownColumn];
  const idColumns = named === undefined ? defaultColumns : [named];
  // A settings file describes uploads, and ids that Miso has printed are hashed already.
  const hasher = isFlag('columns.hash') ? idHasher(columns, idColumns, hashKey?.reveal()) : undefined;
  return {
    ...{ ids, from, stdin, cwd, column: named, isPlainList: fromFormat === 'list' },
    defaultColumns,
    ...(hasher === undefined ? {} : { stored: (id) => hasher.hash(id) }),
    read: {
      ...(format === undefined ? {} : { format }),
      ...(encoding !== undefined && isFlag('encoding') ? { encoding } : {}),
      ...(delimiter !== undefined && isFlag('delimiter') ? { delimiter } : {}),
    },
  };
}

/**
 * Hashes ids as upload does. Throws UsageError without a key, and for a column that is not that of the ids.
 */
function idHasher(
  columns: Resolved['settings']['columns'],
  idColumns: readonly string[],
  key: string | undefined,
): Hasher | undefined {
  const names = Object.keys(columns.hash ?? {});
  if (idColumns.some((column) => names.includes(column))) return createHasher(columns, key);
  throw new UsageError(
    `--hash names ${listOf(names.map((name) => quoteText(name)))}, but the ids are in ${listOf(idColumns.map((name) => quoteText(name)))}.`,
    {
      hint: 'Here --hash is for the ids only. Name their column with --id.',
    },
  );
}
