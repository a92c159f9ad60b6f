import { AccessError, ProtocolError, UnavailableError } from '../../errors.ts';
import type { GaveUp, Outcome } from '../retry/caller.ts';
import { type Blame, blame } from './blame.ts';

/** How often a call is tried: `full` for the last word on a record, `quick` while halving, `once` to see whether anybody answers. */
export type Patience = 'full' | 'quick' | 'once';

/** Tries of a call while its culprit is searched for: enough to see past a passing fault. */
const quickRetries = 3;

/** What a patience comes to, as an option of a call; `retries`: what is usual. */
export function patienceOption(patience: Patience, retries: number): { readonly retries?: number } {
  if (patience === 'full') return {};
  return { retries: patience === 'once' ? 0 : Math.min(retries, quickRetries) };
}

/** As long as no more culprits are found one by one, what is left is sent as one call. */
const fewCulprits = 2;

/** What isolation needs of the world. */
export interface IsolateDeps<T> {
  /** Sends some records as one call. */
  readonly send: (items: readonly T[], patience: Patience) => Promise<Outcome>;
  /** `taskId`: the task that stores them, whose errors name them by their place among `items`. */
  readonly stored: (items: readonly T[], taskId: string | undefined) => void;
  readonly rejected: (item: T, reasons: readonly Blame[]) => void;
  /** A call of more than one record was too large. */
  readonly tooLarge: (items: readonly T[]) => void;
  /** A record is too large even alone; `message` is what the server said. */
  readonly oversized: (item: T, message: string) => void;
  /** Asks whether the server takes anything at all just now; undefined while there is nothing to tell it by. */
  readonly isAlive: () => Promise<boolean | undefined>;
}

/** What one call said about its records. */
type Trial<T> =
  | { readonly kind: 'clean' }
  /** The culprits were named and are dealt with; the rest has to be sent again. */
  | { readonly kind: 'settled'; readonly rest: readonly T[] }
  /** Somebody is to blame, nobody was named. */
  | { readonly kind: 'refused'; readonly reasons: readonly Blame[] }
  | { readonly kind: 'too-large'; readonly message: string }
  /** No answer to the last try, and no sign that the server answers anybody. */
  | { readonly kind: 'silent'; readonly message: string };

/**
 * Brings each record of a batch to its end, stored or rejected, so that a bad one costs nobody else.
 * Named culprits are rejected and the rest is sent again; where nobody is named, the culprit is found by halving:
 * about log2(n) + 2 calls for each while they are few, and about two for each record at most. A record is rejected only after it was refused by name, or alone and to the last
 * try while the server took others.
 *
 * Throws AccessError, UnavailableError or ProtocolError when the fault is not the records': whatever was not reported
 * as stored or rejected by then stays open, for a later run.
 */
export function isolate<T>(batch: readonly T[], deps: IsolateDeps<T>): Promise<void> {
  return new Isolation(deps).run(batch);
}

class Isolation<T> {
  readonly #deps: IsolateDeps<T>;
  readonly #untried: (readonly T[])[] = [];
  /** The server answered a call since life was last looked for. */
  #answered = false;
  /** Culprits of this batch that nobody named. */
  #culprits = 0;
  /** Most records in one call: where the unnamed are many, small calls find them sooner. */
  #most = Number.POSITIVE_INFINITY;

  constructor(deps: IsolateDeps<T>) {
    this.#deps = deps;
  }

  async run(batch: readonly T[]): Promise<void> {
    let patience: Patience = 'full';
    for (let group: readonly T[] | undefined = batch; group; group = this.#next()) {
      const trial = await this.#try(group, group.length > 1 ? patience : 'full');
      if (trial.kind === 'clean') this.#most *= 2;
      await this.#follow(group, trial);
      patience = 'quick';
    }
  }

  #next(): readonly T[] | undefined {
    const group = this.#untried.pop();
    if (group === undefined || group.length <= this.#most) return group;
    this.#untried.push(group.slice(this.#most));
    return group.slice(0, this.#most);
  }

  /** Does what a trial calls for; what has to be tried again is put on the pile. */
  async #follow(group: readonly T[], trial: Trial<T>): Promise<void> {
    switch (trial.kind) {
      case 'clean':
        return;
      case 'settled':
        return this.#retryLater(trial.rest);
      case 'too-large':
        if (group.length === 1) return this.#deps.oversized(group[0]!, trial.message);
        this.#untried.push(...halve(group).reverse());
        return;
      case 'refused':
        this.#retryLater(await this.#findCulprit(group, trial.reasons));
        if (++this.#culprits > fewCulprits) this.#most = Math.max(1, Math.floor(group.length / 2));
        return;
      case 'silent':
        return this.#lookForLife(group, trial.message);
    }
  }

  /** Halves a refused group until one culprit is found and rejected; returns what was not tried on the way. */
  async #findCulprit(group: readonly T[], reasons: readonly Blame[]): Promise<readonly T[]> {
    if (group.length === 1) return this.#reject(group[0]!, reasons, []);
    const rest: T[] = [];
    let suspects = group;
    while (suspects.length > 1) {
      const [half, other] = halve(suspects);
      const trial = await this.#try(half, half.length > 1 ? 'quick' : 'full');
      if (trial.kind === 'clean') {
        suspects = other;
      } else if (trial.kind === 'refused') {
        rest.push(...other);
        if (half.length === 1) return this.#reject(half[0]!, trial.reasons, rest);
        suspects = half;
      } else {
        await this.#follow(half, trial);
        return [...other, ...rest];
      }
    }
    // The last suspect is so by elimination only: it has its own trial.
    const trial = await this.#try(suspects, 'full');
    if (trial.kind === 'refused') return this.#reject(suspects[0]!, trial.reasons, rest);
    await this.#follow(suspects, trial);
    return rest;
  }

  /** Nobody was answered well for a while: is it this batch, or the server? Each half is tried once to tell. */
  async #lookForLife(group: readonly T[], message: string): Promise<void> {
    this.#answered = false;
    if (group.length > 1) {
      for (const half of halve(group)) {
        const trial = await this.#try(half, 'once');
        await (trial.kind === 'silent' ? this.#retryLater(half) : this.#follow(half, trial));
      }
      if (this.#answered) return;
    }
    throw gaveUp(message);
  }

  #reject(item: T, reasons: readonly Blame[], rest: readonly T[]): readonly T[] {
    this.#deps.rejected(item, reasons);
    return rest;
  }

  #retryLater(items: readonly T[]): void {
    if (items.length > 0) this.#untried.push(items);
  }

  /** One call, and what its answer says about the records. */
  async #try(items: readonly T[], patience: Patience): Promise<Trial<T>> {
    const outcome = await this.#deps.send(items, patience);
    if (outcome.kind === 'gave-up') return await this.#judgeSilence(outcome, patience);
    this.#answered = true;
    switch (outcome.kind) {
      case 'success':
        this.#deps.stored(items, outcome.taskId);
        return { kind: 'clean' };
      case 'partial':
      case 'refused':
        return this.#judge(items, outcome);
      case 'too-large':
        if (items.length > 1) this.#deps.tooLarge(items);
        return { kind: 'too-large', message: outcome.message };
      case 'denied':
        throw new AccessError(`Miso refused the key (HTTP ${outcome.status}): ${outcome.message}`);
      case 'not-found':
      case 'unexpected':
        throw new ProtocolError(`Miso answered with HTTP ${outcome.status}: ${outcome.message}`, {
          hint: 'Is the server address right?',
        });
    }
  }

  /** A call that failed to its last try is held against its records only when the server takes others. */
  async #judgeSilence(outcome: GaveUp, patience: Patience): Promise<Trial<T>> {
    const { status, throttled, othersSucceed } = outcome;
    const message = `${status === undefined ? '' : `HTTP ${status}: `}${outcome.message}`;
    if (throttled) throw new UnavailableError(`Miso asked for fewer requests to the last try: ${message}`);
    // One try is too few to blame anybody.
    if (patience === 'once') return { kind: 'silent', message };
    const served = othersSucceed || (await this.#deps.isAlive());
    if (served === false) throw gaveUp(message);
    return served ? { kind: 'refused', reasons: [wholeReason(message)] } : { kind: 'silent', message };
  }

  #judge(items: readonly T[], outcome: Extract<Outcome, { lines: readonly string[] }>): Trial<T> {
    const { named, unnamed } = blame(items, outcome.lines);
    if (named.size === 0) {
      const texts = unnamed.length > 0 ? unnamed : [outcome.message || 'refused without a reason'];
      return { kind: 'refused', reasons: texts.map(wholeReason) };
    }
    for (const [item, reasons] of named) this.#deps.rejected(item, reasons);
    const rest = items.filter((item) => !named.has(item));
    // After a partial success the rest is stored, unless a line that names nobody speaks of one of them.
    if (outcome.kind === 'refused' || unnamed.length > 0) return { kind: 'settled', rest };
    if (rest.length > 0) this.#deps.stored(rest, undefined);
    return { kind: 'settled', rest: [] };
  }
}

function gaveUp(message: string): UnavailableError {
  return new UnavailableError(`Miso gave no good answer to the last try: ${message}`);
}

/** The first half is the larger one, by one at most. */
function halve<T>(items: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

function wholeReason(reason: string): Blame {
  return { path: '', reason };
}
