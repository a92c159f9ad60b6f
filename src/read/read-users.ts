import { setMaxListeners } from 'node:events';
import type { StopSignals } from '../api/call.ts';
import { callError } from '../api/retry/call-error.ts';
import { isReadableId, type UsersEndpoints, unreadableId } from '../api/users.ts';
import { keepText } from '../contract/exact-json.ts';
import { isObject } from '../contract/json.ts';
import { ProtocolError } from '../errors.ts';
import { quoteText } from '../text.ts';

/** The result of reading one user. */
export type UserLookup =
  | { readonly kind: 'found'; readonly id: string; readonly record: Readonly<Record<string, unknown>> }
  /** Miso has no such user. */
  | { readonly kind: 'missing'; readonly id: string }
  /** No request can read this id. */
  | { readonly kind: 'invalid'; readonly id: string }
  /** The reply is not Miso's, or holds another user. */
  | { readonly kind: 'failed'; readonly id: string; readonly error: ProtocolError };

/** Why a user could not be read. */
export function unreadReason(lookup: Extract<UserLookup, { kind: 'invalid' | 'failed' }>): string {
  return lookup.kind === 'failed' ? lookup.error.message : unreadableId;
}

interface ReadDeps {
  readonly users: UsersEndpoints;
  readonly stop: StopSignals;
}

interface ConcurrentReadDeps extends ReadDeps {
  /** Max requests in flight, which may change. */
  readonly concurrency: () => number;
}

/** Min reads to start, even if only one may be in flight. */
const minPending = 2;

/** As `lookUpUsers`, and throws ProtocolError for a lookup that failed. */
export async function* readUsers(
  ids: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  deps: ConcurrentReadDeps,
): AsyncGenerator<Exclude<UserLookup, { kind: 'failed' }>> {
  for await (const lookup of lookUpUsers(ids, deps)) {
    if (lookup.kind === 'failed') throw lookup.error;
    yield lookup;
  }
}

/**
 * Reads users, several at once, and yields them in the order of the ids. Throws AccessError and
 * UnavailableError.
 */
export async function* lookUpUsers(
  ids: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  deps: ConcurrentReadDeps,
): AsyncGenerator<UserLookup> {
  const pending: Promise<UserLookup>[] = [];
  const { concurrency, users } = deps;
  const left = new AbortController();
  const stop = {
    soft: AbortSignal.any([deps.stop.soft, left.signal]),
    hard: AbortSignal.any([deps.stop.hard, left.signal]),
  };
  setMaxListeners(0, stop.soft, stop.hard);
  try {
    for await (const some of ids) {
      for (const id of some) {
        const lookup = readUser(id, { users, stop });
        // Its error is thrown when it is awaited. After an earlier error, it no longer matters.
        lookup.catch(() => {});
        pending.push(lookup);
        if (pending.length >= Math.max(minPending, 2 * concurrency())) yield await pending.shift()!;
      }
    }
    while (pending.length > 0) yield await pending.shift()!;
  } finally {
    // After an error, or when the caller stops, waiting reads are not sent.
    left.abort();
    await Promise.allSettled(pending);
  }
}

/** Reads one user. Sends nothing for an id that no request can read. */
async function readUser(id: string, { users, stop }: ReadDeps): Promise<UserLookup> {
  if (!isReadableId(id)) return { kind: 'invalid', id };
  const result = await users.read(id, { stop });
  if (result.kind === 'not-found') return { kind: 'missing', id };
  if (result.kind === 'success' && isObject(result.data)) {
    keepText(result.data, result.text);
    return { kind: 'found', id, record: result.data };
  }
  const error = callError(result, `reading user ${quoteText(id)}`);
  if (error instanceof ProtocolError) return { kind: 'failed', id, error };
  throw error;
}
