import type { Rejection, UserRecord } from '../records/record.ts';
import { equalFingerprints } from './fingerprint/fingerprint.ts';
import type { SyncState } from './state/sync-state.ts';
import { type Slot, userFlag } from './state/user-table.ts';

/** How a user of the input compares with the state and with the ids at Miso. */
export type Kind = 'new' | 'changed' | 'unchanged' | 'unknown';

export interface ComparisonOptions {
  /** All records are sent. */
  readonly full: boolean;
  /** The ids at Miso are known. */
  readonly remote: boolean;
  /** Only users who are `planned` are sent. */
  readonly onlyPlanned: boolean;
}

/** Compares the records of the input, in order, with the state. */
export class Comparison {
  /** Users of the input by kind. One with several records has the kind of the first that is sent. */
  readonly counts: Record<Kind, number> = { new: 0, changed: 0, unchanged: 0, unknown: 0 };
  /** Records whose id could not be read: any user may be meant. */
  unreadable = 0;
  readonly #state: SyncState;
  readonly #options: ComparisonOptions;

  constructor(state: SyncState, options: ComparisonOptions) {
    this.#state = state;
    this.#options = options;
  }

  /** Compares a record. Returns its kind if it must be sent. */
  compare({ id, json }: UserRecord): Kind | undefined {
    const { users, fingerprints } = this.#state;
    const slot = users.insert(fingerprints.ofId(id));
    const isFirst = !users.has(slot, userFlag.counted);
    users.set(slot, userFlag.input | userFlag.counted);
    // What Miso holds once an earlier record is sent is not what the state says.
    if (users.has(slot, userFlag.sent)) return this.#kindOf(slot) ?? 'changed';
    const kind = this.#kindOf(slot) ?? this.#compareRecord(slot, json);
    if (isFirst) this.counts[kind]++;
    if (kind === 'unchanged' && !this.#options.full) return undefined;
    if (this.#options.onlyPlanned && !users.has(slot, userFlag.planned)) return undefined;
    if (!isFirst) {
      this.counts.unchanged--;
      this.counts[kind]++;
    }
    users.set(slot, userFlag.sent);
    return kind;
  }

  /** A rejected record is in the input: its user is not gone. */
  rejected({ id }: Rejection): void {
    if (id === undefined) {
      this.unreadable++;
      return;
    }
    const { users, fingerprints } = this.#state;
    users.set(users.insert(fingerprints.ofId(id)), userFlag.input);
  }

  /** Starts over, before the input is read again. */
  restart(): void {
    this.#state.users.clearAll(userFlag.input | userFlag.sent | userFlag.counted);
    this.counts.new = this.counts.changed = this.counts.unchanged = this.counts.unknown = 0;
    this.unreadable = 0;
  }

  /** The kind of a user whose record need not be compared. */
  #kindOf(slot: Slot): Exclude<Kind, 'unchanged' | 'changed'> | undefined {
    const { users } = this.#state;
    const isMissing = this.#options.remote && !users.has(slot, userFlag.remote);
    if (isMissing) return 'new';
    if (users.has(slot, userFlag.unsure)) return 'unknown';
    if (users.has(slot, userFlag.stored)) return undefined;
    return this.#options.remote ? 'unknown' : 'new';
  }

  #compareRecord(slot: Slot, json: string): 'changed' | 'unchanged' {
    const { users, fingerprints } = this.#state;
    return equalFingerprints(users.record(slot), fingerprints.ofRecord(json)) ? 'unchanged' : 'changed';
  }
}
