import { isObject } from '../contract/json.ts';

/**
 * The ids of a delete call that Miso did not find, from its reply:
 * `{"deleted": {"count", "list"}, "not_found": {"count", "list"}}`, any part of which may be missing.
 * Undefined if the reply does not contain them.
 */
export function unknownIds(ids: readonly string[], data: unknown): ReadonlySet<string> | undefined {
  if (!isObject(data)) return undefined;
  const notFound = groupOf(data['not_found']);
  const deleted = groupOf(data['deleted']);
  if (notFound.list) return new Set(ids.filter((id) => notFound.list?.has(id)));
  if (deleted.list) return new Set(ids.filter((id) => !deleted.list?.has(id)));
  const distinct = new Set(ids);
  const count = notFound.count ?? (deleted.count === undefined ? undefined : distinct.size - deleted.count);
  if (count === 0) return new Set();
  return count === distinct.size ? distinct : undefined;
}

function groupOf(group: unknown): { readonly list?: ReadonlySet<unknown>; readonly count?: number } {
  if (!isObject(group)) return {};
  const { list, count } = group;
  return {
    ...(Array.isArray(list) ? { list: new Set(list) } : {}),
    ...(typeof count === 'number' ? { count } : {}),
  };
}
