import type { Item } from '../../upload/item.ts';
import type { Kind } from '../comparison.ts';
import type { SyncState } from '../state/sync-state.ts';
import { userFlag } from '../state/user-table.ts';
import { PlanWriter } from './plan-file.ts';

/** Users of each kind that a preview shows. */
const maxShown = 10;
/** Records that may be read for it: those of changed users. */
const maxRecords = 20;

/** A user who would be sent. */
export interface PreviewedUser {
  readonly id: string;
  /** Of the first changed users: the record that would be sent, as JSON. */
  readonly json?: string;
}

/** What a dry run would do: the first users of each kind, and all of them for a plan. */
export class Preview {
  readonly users: Record<Exclude<Kind, 'unchanged'>, PreviewedUser[]> = { new: [], changed: [], unknown: [] };
  readonly #state: SyncState;
  readonly #plan: PlanWriter | undefined;

  constructor(state: SyncState, plan: string | undefined) {
    this.#state = state;
    this.#plan = plan === undefined ? undefined : new PlanWriter(plan);
  }

  get plan(): PlanWriter | undefined {
    return this.#plan;
  }

  add(kind: Kind, { record: { id, json } }: Item): void {
    const shown = kind === 'unchanged' ? undefined : this.users[kind];
    const max = kind === 'changed' ? maxRecords : maxShown;
    if (!this.#plan && (shown === undefined || shown.length >= max)) return;
    const { users, fingerprints } = this.#state;
    const slot = users.insert(fingerprints.ofId(id));
    if (users.has(slot, userFlag.planned)) return;
    users.set(slot, userFlag.planned);
    this.#plan?.add({ action: kind, user_id: id });
    if (shown && shown.length < max) shown.push(kind === 'changed' ? { id, json } : { id });
  }
}
