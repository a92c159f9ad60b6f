import type { RequestCounts, StopSignals } from '../api/call.ts';
import type { UsersEndpoints } from '../api/users.ts';
import type { Clock } from '../clock.ts';
import type { JsonObject } from '../contract/json.ts';
import type { RefusedKeys } from '../records/refused-keys.ts';

/** What the user requested, once the ids are known. */
export interface DeleteSettings {
  /** Each id once. */
  readonly ids: Iterable<string>;
  readonly idsPerRequest: number;
  /** Attempts per call while a refused call is being halved. */
  readonly retries: number;
  readonly withInteractions: boolean;
  readonly verify: boolean;
  /** Absolute path, as is `receipt`. */
  readonly backup: string | undefined;
  readonly receipt: string | undefined;
  /** Continue the run that wrote these files. */
  readonly resume: boolean;
  readonly server: string;
}

export interface DeleteDeps {
  readonly users: UsersEndpoints;
  /** Counts of the session that `users` belongs to. */
  readonly requests: RequestCounts;
  readonly clock: Clock;
  readonly stop: StopSignals;
  /** Counts keys in the backup that upload would refuse. */
  readonly refusedKeys?: RefusedKeys;
  /**
   * Called with each user before the delete. If it returns a reason, or the user cannot be read, the user is
   * kept.
   */
  readonly keep?: (id: string, record: JsonObject) => string | undefined;
  /** Called before each delete call, which waits for it, with the ids to delete. */
  readonly beforeDelete?: (ids: readonly string[]) => Promise<void>;
  /** Called with the number of users that Miso did not find in a call, if its reply does not say which. */
  readonly onUnnamedNotFound?: (count: number) => void;
  /** Called once with the result of each id. */
  readonly onResult?: (result: DeleteResult) => void;
}

/** The result of one id. */
export interface DeleteResult {
  readonly id: string;
  /**
   * `deleted`: Miso accepted the delete, and with `verified` a read confirmed it. `not-found`: Miso had no
   * such user. `still-there`: accepted, but the user existed when last read. `failed`: not deleted. `kept`:
   * see `keep`.
   */
  readonly outcome: 'deleted' | 'not-found' | 'still-there' | 'failed' | 'kept';
  /** Whether Miso had the user before; null if that is not known. */
  readonly existed: boolean | null;
  readonly verified: boolean;
  readonly taskId?: string;
  /** The user's interactions were deleted. */
  readonly interactions: boolean;
  readonly reason?: string;
  /** The call had no reply, so the user may have been deleted anyway. */
  readonly noReply?: true;
  /** ISO 8601. */
  readonly time: string;
  /** Done by the earlier run that this one resumes. */
  readonly resumed?: true;
}
