import type { GaveUp } from '../call.ts';
import { unavailableError } from '../retry/call-error.ts';
import type { RecordError } from './record-errors.ts';
import { type IsolateDeps, type RetryLevel, type Trial, trySending } from './trial.ts';

/** While no more bad records than this were found one by one, the remaining records are sent as one call. */
const fewCulprits = 2;

/**
 * Stores or rejects each record of a batch, so that a bad record does not block the others. Named records are
 * rejected and the rest is sent again. Where none is named, the bad record is found by halving: about log2(n)
 * + 2 calls for each while they are few, and about two calls per record at most. A record is rejected only
 * after it was refused by name, or alone at the last attempt while the server accepted others.
 *
 * Throws AccessError, UnavailableError or ProtocolError when the records are not the problem: records that
 * were not reported as stored or rejected by then remain for a later run.
 */
export function isolate<T>(batch: readonly T[], deps: IsolateDeps<T>): Promise<void> {
  return new Isolation(deps).run(batch);
}

class Isolation<T> {
  readonly #deps: IsolateDeps<T>;
  readonly #untried: (readonly T[])[] = [];
  /** Unnamed bad records found in this batch. */
  #culprits = 0;
  /** Max records in one call: where unnamed bad records are many, small calls find them sooner. */
  #maxRecords = Number.POSITIVE_INFINITY;

  constructor(deps: IsolateDeps<T>) {
    this.#deps = deps;
  }

  async run(batch: readonly T[]): Promise<void> {
    let level: RetryLevel = 'full';
    for (let group: readonly T[] | undefined = batch; group; group = this.#next()) {
      const trial = await trySending(group, group.length > 1 ? level : 'full', this.#deps);
      if (trial.kind === 'stored') this.#maxRecords *= 2;
      await this.#handle(group, trial);
      level = 'few';
    }
  }

  #next(): readonly T[] | undefined {
    const group = this.#untried.pop();
    if (group === undefined || group.length <= this.#maxRecords) return group;
    this.#untried.push(group.slice(this.#maxRecords));
    return group.slice(0, this.#maxRecords);
  }

  /** Acts on a trial; records that have to be sent again are added to `#untried`. */
  async #handle(group: readonly T[], trial: Trial<T>): Promise<void> {
    switch (trial.kind) {
      case 'stored':
        return;
      case 'named':
        return this.#sendLater(trial.rest);
      case 'too-large':
        if (group.length === 1) return this.#deps.oversized(group[0]!, trial.message);
        this.#untried.push(...halve(group).reverse());
        return;
      case 'refused':
        this.#sendLater(await this.#findCulprit(group, trial.errors));
        if (++this.#culprits > fewCulprits) this.#maxRecords = Math.max(1, Math.floor(group.length / 2));
        return;
      case 'no-reply':
        return this.#probe(group, trial.result);
    }
  }

  /**
   * Halves a refused group until one bad record is found and rejected. Returns the records that were not sent
   * on the way.
   */
  async #findCulprit(group: readonly T[], errors: readonly RecordError[]): Promise<readonly T[]> {
    if (group.length === 1) return this.#reject(group[0]!, errors, []);
    const rest: T[] = [];
    let suspects = group;
    while (suspects.length > 1) {
      const [half, other] = halve(suspects);
      const trial = await trySending(half, half.length > 1 ? 'few' : 'full', this.#deps);
      if (trial.kind === 'stored') {
        suspects = other;
      } else if (trial.kind === 'refused') {
        rest.push(...other);
        if (half.length === 1) return this.#reject(half[0]!, trial.errors, rest);
        suspects = half;
      } else {
        await this.#handle(half, trial);
        return [...other, ...rest];
      }
    }
    // The last suspect was found by elimination only, so it is sent alone before it is rejected.
    const trial = await trySending(suspects, 'full', this.#deps);
    if (trial.kind === 'refused') return this.#reject(suspects[0]!, trial.errors, rest);
    await this.#handle(suspects, trial);
    return rest;
  }

  /** No call succeeded for a while: sends each half once, to tell a bad batch from a dead server. */
  async #probe(group: readonly T[], result: GaveUp): Promise<void> {
    let replied = false;
    for (const half of group.length > 1 ? halve(group) : []) {
      const trial = await trySending(half, 'none', this.#deps);
      replied ||= trial.kind !== 'no-reply';
      await (trial.kind === 'no-reply' ? this.#sendLater(half) : this.#handle(half, trial));
    }
    if (!replied) throw unavailableError(result);
  }

  #reject(item: T, errors: readonly RecordError[], rest: readonly T[]): readonly T[] {
    this.#deps.rejected(item, errors);
    return rest;
  }

  #sendLater(items: readonly T[]): void {
    if (items.length > 0) this.#untried.push(items);
  }
}

/** The first half is the larger one, by one at most. */
function halve<T>(items: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
