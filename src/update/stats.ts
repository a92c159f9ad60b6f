import { escapeInvisible, pluralize } from '../text.ts';
import type { SummaryDetails, UpdateCounts } from '../upload/outcome/summary.ts';
import type { PlannedUpdate } from './planned-update.ts';
import { textAt } from './user-text.ts';

/** Changes that a dry run shows. */
const maxChanges = 20;
/** Fields that are counted by name. */
const maxFields = 200;

/** Counts what an update does to users. */
export class UpdateStats {
  changed = 0;
  created = 0;
  unchanged = 0;
  notFound = 0;
  unread = 0;
  readonly #dropped = new Map<string, number>();
  readonly #fields = new Map<string, number>();
  readonly #changes: NonNullable<UpdateCounts['changes']>[number][] | undefined;

  constructor({ dryRun }: { readonly dryRun: boolean }) {
    this.#changes = dryRun ? [] : undefined;
  }

  /** A user was sent. */
  stored(id: string, { json, base, user, paths, dropped }: PlannedUpdate): void {
    count(this.#dropped, dropped);
    if (json === undefined) this.created++;
    else {
      this.changed++;
      count(this.#fields, paths);
    }
    for (const field of paths) {
      if (!this.#changes || this.#changes.length >= maxChanges) return;
      const [before = null, after = null] = [textAt(base, field), textAt(user, field)];
      this.#changes.push({ user_id: id, field, before, after });
    }
  }

  /** What was erased because of --drop-unknown; undefined if nothing was. */
  get droppedText(): string | undefined {
    if (this.#dropped.size === 0) return undefined;
    const keys = [...this.#dropped].map(
      ([path, users]) => `${escapeInvisible(path)} (${pluralize(users, 'user')})`,
    );
    return `Left out, and so erased: ${keys.join(', ')}.`;
  }

  get details(): SummaryDetails {
    const { changed, created, unchanged, notFound, unread } = this;
    return {
      sync: { new: created, changed, unchanged, unknown: 0, gone: 0, foreign: 0, deleted: 0 },
      update: {
        notFound,
        unread,
        fields: Object.fromEntries(this.#fields),
        dropped: Object.fromEntries(this.#dropped),
        ...(this.#changes ? { changes: this.#changes } : {}),
      },
    };
  }
}

function count(counts: Map<string, number>, paths: readonly string[]): void {
  for (const path of paths) {
    const name = counts.has(path) || counts.size < maxFields ? path : 'other fields';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}
