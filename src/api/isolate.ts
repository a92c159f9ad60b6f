import type { Outcome } from '../api/caller.ts';
import type { LineTarget } from '../api/reply.ts';
import { AccessError, ProtocolError, UnavailableError } from '../errors.ts';
import type { Reason } from '../records/record.ts';
import type { Item } from './item.ts';

/** How often a call is tried: `full` for the last word on a record, `quick` while halving, `once` to see whether anybody answers. */
export type Patience = 'full' | 'quick' | 'once';

/** What isolation needs of the world. */
export interface IsolateDeps {
  /** Sends some records as one call. */
  readonly send: (items: readonly Item[], patience: Patience) => Promise<Outcome>;
  readonly parseLine: (line: string) => LineTarget | undefined;
  readonly stored: (items: readonly Item[], taskId: string | undefined) => void;
  readonly rejected: (item: Item, reasons: readonly Reason[]) => void;
  /** A call of more than one record was too large. */
  readonly tooLarge: (items: readonly Item[]) => void;
}

/** What one call said about its records. */
type Trial =
  | { readonly kind: 'clean' }
  /** The culprits were named and are dealt with; the rest has to be sent again. */
  | { readonly kind: 'settled'; readonly rest: readonly Item[] }
  /** Somebody is to blame, nobody was named. */
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'too-large'; readonly message: string }
  /** No answer to the last try, and no sign that the server answers anybody. */
  | { readonly kind: 'silent'; readonly message: string };

/**
 * Brings each record of a batch to its end, stored or rejected, so that a bad one costs nobody else.
 * Named culprits are rejected and the rest is sent again; where nobody is named, the culprit is found by halving:
 * about log2(n) + 2 calls for each. A record is rejected only after it was refused alone, or by name.
 *
 * Throws AccessError, UnavailableError or ProtocolError when the fault is not the records': whatever was not reported
 * as stored or rejected by then stays open, for a later run.
 */
export function isolate(batch: readonly Item[], deps: IsolateDeps): Promise<void> {
  return new Isolation(deps).run(batch);
}

class Isolation {
  readonly #deps: IsolateDeps;
  readonly #untried: (readonly Item[])[] = [];
  /** Whether the server answered any call since this batch came into trouble. */
  #alive = false;

  constructor(deps: IsolateDeps) {
    this.#deps = deps;
  }

  async run(batch: readonly Item[]): Promise<void> {
    let patience: Patience = 'full';
    for (let group: readonly Item[] | undefined = batch; group; group = this.#untried.pop()) {
      await this.#follow(group, await this.#try(group, group.length > 1 ? patience : 'full'));
      patience = 'quick';
    }
  }

  /** Does what a trial calls for; what has to be tried again is put on the pile. */
  async #follow(group: readonly Item[], trial: Trial): Promise<void> {
    switch (trial.kind) {
      case 'clean':
        return;
      case 'settled':
        return this.#retryLater(trial.rest);
      case 'too-large':
        if (group.length === 1)
          return this.#deps.rejected(group[0]!, tooLargeReasons(group[0]!, trial.message));
        this.#untried.push(...halve(group).reverse());
        return;
      case 'refused':
        return this.#retryLater(await this.#findCulprit(group, trial.reasons));
      case 'silent':
        return this.#lookForLife(group, trial.message);
    }
  }

  /** Halves a refused group until one culprit is found and rejected; returns what was not tried on the way. */
  async #findCulprit(group: readonly Item[], reasons: readonly Reason[]): Promise<readonly Item[]> {
    const rest: Item[] = [];
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
    // The last suspect is so by elimination only, unless it was refused alone from the start.
    if (group.length === 1) return this.#reject(group[0]!, reasons, rest);
    const trial = await this.#try(suspects, 'full');
    if (trial.kind === 'refused') return this.#reject(suspects[0]!, trial.reasons, rest);
    await this.#follow(suspects, trial);
    return rest;
  }

  /** Nobody was answered well for a while: is it this batch, or the server? Each half is tried once to tell. */
  async #lookForLife(group: readonly Item[], message: string): Promise<void> {
    if (group.length > 1) {
      for (const half of halve(group)) {
        const trial = await this.#try(half, 'once');
        await (trial.kind === 'silent' ? this.#retryLater(half) : this.#follow(half, trial));
      }
    }
    if (!this.#alive) throw new UnavailableError(`Miso gave no good answer to the last try: ${message}`);
  }

  #reject(item: Item, reasons: readonly Reason[], rest: readonly Item[]): readonly Item[] {
    this.#deps.rejected(item, reasons);
    return rest;
  }

  #retryLater(items: readonly Item[]): void {
    if (items.length > 0) this.#untried.push(items);
  }

  /** One call, and what its answer says about the records. */
  async #try(items: readonly Item[], patience: Patience): Promise<Trial> {
    const outcome = await this.#deps.send(items, patience);
    if (outcome.kind === 'gave-up') {
      const message = `${outcome.status === undefined ? '' : `HTTP ${outcome.status}: `}${outcome.message}`;
      if (!outcome.othersSucceed && !this.#alive) return { kind: 'silent', message };
      this.#alive = true;
      return { kind: 'refused', reasons: [{ field: '', reason: message, by: 'miso' }] };
    }
    this.#alive = true;
    switch (outcome.kind) {
      case 'success':
        this.#deps.stored(items, outcome.taskId);
        return { kind: 'clean' };
      case 'partial':
      case 'refused':
        return this.#blame(items, outcome);
      case 'too-large':
        if (items.length > 1) this.#deps.tooLarge(items);
        return { kind: 'too-large', message: outcome.message };
      case 'denied':
        throw new AccessError(`Miso refused the key (HTTP ${outcome.status}): ${outcome.message}`);
      case 'not-found':
      case 'unexpected':
        throw new ProtocolError(`Miso's answer to an upload was HTTP ${outcome.status}: ${outcome.message}`, {
          hint: 'Is the server address right?',
        });
    }
  }

  #blame(items: readonly Item[], outcome: Extract<Outcome, { lines: readonly string[] }>): Trial {
    const named = new Map<Item, Reason[]>();
    const unnamed: string[] = [];
    for (const line of outcome.lines) {
      const target = this.#deps.parseLine(line);
      const item = target && items[target.index];
      if (!item) {
        unnamed.push(line);
        continue;
      }
      const reasons = named.get(item) ?? [];
      reasons.push(namedReason(target));
      named.set(item, reasons);
    }
    if (named.size === 0) return { kind: 'refused', reasons: unnamedReasons(outcome.message, unnamed) };
    for (const [item, reasons] of named) this.#deps.rejected(item, reasons);
    const rest = items.filter((item) => !named.has(item));
    // After a partial success the rest is stored, unless a line that names nobody speaks of one of them.
    if (outcome.kind === 'partial' && unnamed.length === 0 && rest.length > 0) {
      this.#deps.stored(rest, outcome.taskId);
      return { kind: 'settled', rest: [] };
    }
    return { kind: 'settled', rest };
  }
}

/** The first half is the larger one, by one at most. */
function halve(items: readonly Item[]): [readonly Item[], readonly Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** Why a record was refused that an error line names. */
export function namedReason(target: LineTarget): Reason {
  const reason = { field: target.path, reason: target.reason, by: 'miso' } as const;
  return target.value === undefined ? reason : { ...reason, found: target.value };
}

function unnamedReasons(message: string, lines: readonly string[]): Reason[] {
  const texts = lines.length > 0 ? lines : [message || 'refused without a reason'];
  return texts.map((reason) => ({ field: '', reason, by: 'miso' }));
}

function tooLargeReasons(item: Item, message: string): Reason[] {
  const found = `${item.record.bytes.toLocaleString('en')} bytes`;
  return [{ field: '', reason: `too large for Miso (HTTP 413: ${message})`, found, by: 'miso' }];
}
