import { PathCounts } from '../records/path-counts.ts';
import type { SummaryDetails, UpdateCounts } from '../upload/outcome/summary.ts';
import type { PlannedUpdate } from './planned-update.ts';
import { textAt } from './user-text.ts';

/** Max changes that a dry run shows. */
const maxChanges = 20;

/** Counts what an update does to users. */
export class UpdateStats {
  changed = 0;
  created = 0;
  unchanged = 0;
  notFound = 0;
  unread = 0;
  readonly #dropped = new PathCounts('other fields');
  readonly #fields = new PathCounts('other fields');
  readonly #changes: NonNullable<UpdateCounts['changes']>[number][] | undefined;

  constructor({ dryRun }: { readonly dryRun: boolean }) {
    this.#changes = dryRun ? [] : undefined;
  }

  /** A user was sent. */
  stored(id: string, { json, base, user, paths, dropped }: PlannedUpdate): void {
    this.#dropped.add(dropped);
    if (json === undefined) this.created++;
    else {
      this.changed++;
      this.#fields.add(paths);
    }
    for (const field of paths) {
      if (!this.#changes || this.#changes.length >= maxChanges) return;
      const [before = null, after = null] = [textAt(base, field), textAt(user, field)];
      this.#changes.push({ user_id: id, field, before, after });
    }
  }

  /** What was erased because of --drop-unknown; undefined if nothing was. */
  get droppedText(): string | undefined {
    if (this.#dropped.isEmpty) return undefined;
    return `Erased because of --drop-unknown: ${this.#dropped.list('user')}.`;
  }

  get details(): SummaryDetails {
    const { changed, created, unchanged, notFound, unread } = this;
    return {
      sync: { new: created, changed, unchanged, unknown: 0, gone: 0, foreign: 0, deleted: 0 },
      update: {
        notFound,
        unread,
        fields: this.#fields.counts,
        dropped: this.#dropped.counts,
        ...(this.#changes ? { changes: this.#changes } : {}),
      },
    };
  }
}
