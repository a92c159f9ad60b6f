import type { CallOptions } from '../api/call.ts';
import { requireIds, type UsersEndpoints } from '../api/users.ts';
import { IdTable } from './id-table.ts';

/** All ids at Miso, in its order. */
export interface ListedIds {
  readonly ids: IdTable;
  /** Whether the data set exists. Miso creates it with the first upload. */
  readonly exists: boolean;
}

/** Lists all ids, and gives each these flags. */
export async function listIds(
  users: Pick<UsersEndpoints, 'eachId'>,
  { flags = 0, ...options }: CallOptions & { readonly flags?: number },
): Promise<ListedIds> {
  let ids = new IdTable();
  const collect = () => {
    const table = new IdTable();
    ids = table;
    return (some: readonly string[]) => {
      for (const id of some) table.set(table.add(id), flags);
    };
  };
  const exists = requireIds(await users.eachId(collect, options));
  // An earlier reply may have broken off.
  return { ids: exists ? ids : new IdTable(), exists };
}
