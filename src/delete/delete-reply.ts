import type { CallResult } from '../api/call.ts';
import { isObject } from '../contract/json.ts';

/**
 * The result of one id in a reply to `_delete`. `unmentioned`: the reply has lists, and the id is in neither.
 */
export type Reported = 'deleted' | 'not-found' | 'unmentioned' | undefined;

export interface DeleteReply {
  /** What the reply says of an id; undefined if it says nothing. */
  readonly of: (id: string) => Reported;
  /** How many ids were not found, if the reply does not say which. */
  readonly unnamedNotFound: number;
}

/**
 * Parses the lists and counts of a reply to `_delete` with these ids, any of which may be missing. Source:
 * docs/miso-api.md.
 */
export function parseDeleteReply(ids: readonly string[], data: unknown): DeleteReply {
  const deleted = partOf(data, 'deleted');
  const notFound = partOf(data, 'not_found');
  const rest = reportedRest(ids, deleted, notFound);
  return {
    of: (id) => {
      if (notFound.list?.has(id)) return 'not-found';
      return deleted.list?.has(id) ? 'deleted' : rest;
    },
    unnamedNotFound: rest === undefined && !notFound.list ? Math.min(notFound.count ?? 0, ids.length) : 0,
  };
}

/** What the reply says of the ids that are in neither list. */
function reportedRest(ids: readonly string[], deleted: Part, notFound: Part): Reported {
  if (deleted.isComplete) return notFound.isComplete ? 'unmentioned' : 'not-found';
  if (deleted.count === 0 && !notFound.isComplete) return 'not-found';
  if (deleted.count === ids.length) return 'deleted';
  if (notFound.count === ids.length) return 'not-found';
  // A count without its list covers all ids only if the other count is 0.
  return notFound.count === 0 && !deleted.list && (deleted.count ?? 0) > 0 ? 'deleted' : undefined;
}

interface Part {
  readonly list: ReadonlySet<unknown> | undefined;
  readonly count: number | undefined;
  /** The list has as many ids as the count says. */
  readonly isComplete: boolean;
}

function partOf(data: unknown, name: string): Part {
  const part = isObject(data) ? data[name] : undefined;
  const list = isObject(part) && Array.isArray(part['list']) ? new Set<unknown>(part['list']) : undefined;
  const count = isObject(part) && typeof part['count'] === 'number' ? part['count'] : list?.size;
  return { list, count, isComplete: list !== undefined && list.size === count };
}

/** Without a data set, Miso answers 404: there is nothing to delete. */
export function absentAsSuccess(result: CallResult, ids: readonly string[]): CallResult {
  if (result.kind !== 'not-found') return result;
  return { kind: 'success', message: result.message, data: { not_found: { list: ids } } };
}
