import type { StopSignals } from '../api/call.ts';
import type { UsersEndpoints } from '../api/users.ts';
import type { Clock } from '../clock.ts';

/** What the user asked for, once the ids are known. */
export interface DeleteSettings {
  /** Each id once. */
  readonly ids: readonly string[];
  readonly idsPerRequest: number;
  /** Tries while a refused call is halved. */
  readonly retries: number;
  readonly withInteractions: boolean;
  readonly verify: boolean;
  /** Absolute paths. */
  readonly backup: string | undefined;
  readonly receipt: string | undefined;
  readonly server: string;
}

export interface DeleteDeps {
  readonly users: UsersEndpoints;
  readonly clock: Clock;
  readonly stop: StopSignals;
  /** Told of each id as it comes to its end. */
  readonly ended?: (end: IdEnd) => void;
}

/** What became of one id. */
export interface IdEnd {
  readonly id: string;
  /**
   * `deleted`: accepted by Miso, and with --verify seen to be gone. `still-there`: accepted, and there when it was last read.
   * `not-found`: accepted, but Miso had no such user when the backup asked for it. `failed`: not deleted.
   */
  readonly outcome: 'deleted' | 'not-found' | 'still-there' | 'failed';
  readonly taskId?: string;
  /** The user's interactions were deleted too. */
  readonly interactions: boolean;
  readonly reason?: string;
}
