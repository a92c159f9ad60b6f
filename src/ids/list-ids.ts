import type { CallOptions } from '../api/call.ts';
import { requireIds, type UsersEndpoints } from '../api/users.ts';
import { IdTable } from './id-table.ts';

/** All ids at Miso, in its order. */
export interface ListedIds {
  readonly ids: IdTable;
  /** Whether the data set exists. Miso creates it with the first upload. */
  readonly exists: boolean;
}

export interface ListOptions extends CallOptions {
  /** For each id. */
  readonly flags?: number;
  /** Only these ids. Default: all. */
  readonly only?: ReadonlySet<string>;
}

/** Lists all ids, and gives each these flags. */
export async function listIds(
  users: Pick<UsersEndpoints, 'eachId'>,
  { flags = 0, only, ...options }: ListOptions,
): Promise<ListedIds> {
  let ids = new IdTable();
  const collect = () => {
    const table = new IdTable();
    ids = table;
    return (some: readonly string[]) => {
      for (const id of some) if (!only || only.has(id)) table.set(table.add(id), flags);
    };
  };
  const exists = requireIds(await users.eachId(collect, options));
  // An earlier reply may have broken off.
  return { ids: exists ? ids : new IdTable(), exists };
}
