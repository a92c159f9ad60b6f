import { isObject } from '../contract/json.ts';

/** The result of one id in a reply to `_delete`. */
export type Reported = 'deleted' | 'not-found' | undefined;

/**
 * Parses the lists and counts of a reply to `_delete`, any of which may be missing. Source: docs/miso-api.md.
 */
export function reportedBy(data: unknown): (id: string) => Reported {
  const deleted = partOf(data, 'deleted');
  const notFound = partOf(data, 'not_found');
  return (id) => {
    if (notFound.list?.has(id)) return 'not-found';
    if (deleted.list?.has(id)) return 'deleted';
    // A count without its list covers all ids only if the other count is 0.
    if (notFound.count === 0 && deleted.list === undefined && (deleted.count ?? 0) > 0) return 'deleted';
    if (deleted.count === 0 && notFound.list === undefined && (notFound.count ?? 0) > 0) return 'not-found';
    return undefined;
  };
}

interface Part {
  readonly list: ReadonlySet<unknown> | undefined;
  readonly count: number | undefined;
}

function partOf(data: unknown, name: string): Part {
  const part = isObject(data) ? data[name] : undefined;
  const list = isObject(part) && Array.isArray(part['list']) ? new Set<unknown>(part['list']) : undefined;
  const count = isObject(part) && typeof part['count'] === 'number' ? part['count'] : list?.size;
  return { list, count };
}
