import type { StopSignals } from '../api/call.ts';
import { outcomeError } from '../api/retry/outcome-error.ts';
import { isReadableId, type UsersEndpoints } from '../api/users.ts';
import { isObject } from '../contract/json.ts';

/** One user as Miso has it, or its absence. */
export type UserLookup =
  | { readonly kind: 'found'; readonly id: string; readonly record: Readonly<Record<string, unknown>> }
  /** `asked`: Miso said so; else the id is one that no call can ask for. */
  | { readonly kind: 'missing'; readonly id: string; readonly reason: string; readonly asked: boolean };

/** Reads that are prepared in any case, also while only one may be in flight. */
const minPending = 2;

/**
 * Reads users, several at once, and gives them out in the order of the ids.
 * Throws AccessError, UnavailableError or ProtocolError when Miso gives no answer about a user.
 */
export async function* readUsers(
  ids: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  deps: {
    readonly users: UsersEndpoints;
    readonly stop: StopSignals;
    /** Calls that may be in flight now; it may change. */
    readonly concurrency: () => number;
  },
): AsyncGenerator<UserLookup> {
  const underWay: Promise<UserLookup>[] = [];
  try {
    for await (const some of ids) {
      for (const id of some) {
        const reading = readUser(id, deps);
        // Whoever waits for it sees the failure; one that nobody waits for any more is none.
        reading.catch(() => {});
        underWay.push(reading);
        if (underWay.length >= Math.max(minPending, 2 * deps.concurrency())) yield await underWay.shift()!;
      }
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Reads one user. Ids that no path can carry are no user's that can be read: nothing is sent for them. */
export async function readUser(
  id: string,
  { users, stop }: { readonly users: UsersEndpoints; readonly stop: StopSignals },
): Promise<UserLookup> {
  if (!isReadableId(id)) {
    return {
      kind: 'missing',
      id,
      reason: 'Miso cannot be asked for this id: no address can carry it, or no user can have it',
      asked: false,
    };
  }
  const outcome = await users.read(id, { stop });
  if (outcome.kind === 'success' && isObject(outcome.data))
    return { kind: 'found', id, record: outcome.data };
  if (outcome.kind === 'not-found') return { kind: 'missing', id, reason: 'not found', asked: true };
  throw outcomeError(outcome, `reading ${JSON.stringify(id)}`);
}
