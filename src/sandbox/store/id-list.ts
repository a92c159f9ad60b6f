/** The ids that `_ids` lists, where it lags behind the data set. */
export class IdList {
  readonly #delay: number;
  readonly #listed = new Set<string>();
  readonly #changes: { readonly id: string; readonly exists: boolean; readonly at: number }[] = [];

  /** `delay`: milliseconds until a stored or deleted user is listed, or no longer listed. */
  constructor(delay: number) {
    this.#delay = delay;
  }

  /** Records at `now` (ms) that users were stored or deleted. */
  change(ids: Iterable<string>, exists: boolean, now: number): void {
    for (const id of ids) this.#changes.push({ id, exists, at: now + this.#delay });
  }

  /** The ids listed at `now` (ms), in the order in which they were first stored. */
  at(now: number): string[] {
    const due = this.#changes.findIndex(({ at }) => at > now);
    for (const { id, exists } of this.#changes.splice(0, due === -1 ? this.#changes.length : due)) {
      if (exists) this.#listed.add(id);
      else this.#listed.delete(id);
    }
    return [...this.#listed];
  }
}
