import { ClosedPeriods } from './closed-periods.ts';
import { RandomRefusals } from './random-refusals.ts';
import { RateSearch } from './rate-search.ts';
import { SharedRate } from './shared-rate.ts';

/**
 * The search begins at what was accepted so far, within these calls per second and at most so many per
 * latency.
 */
const firstGuess = { min: 30, max: 40, perLatency: 8 } as const;
/**
 * The search stays below this multiple of the rate accepted since the first refusal: saved tokens allow more
 * for a while.
 */
const maxSearch = 4;
/** The rate is kept to at least this share when the server accepted no call for a while. */
const reopened = 0.6;
/** A limit this many times higher cannot be the reason for refusals at the lower rate. */
const unrelated = 4;
/**
 * Share of the recent calls that have to wait for the rate for it to rise. Otherwise, something else limits
 * the run.
 */
const binding = 0.5;

/** A call that was refused (HTTP 429). All times are monotonic, in milliseconds. */
export interface Refusal {
  readonly now: number;
  /** Of all calls, in the order in which they began. */
  readonly number: number;
  /** Calls begun so far. */
  readonly started: number;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Learns from refusals how many calls per second the server accepts, and spaces calls accordingly.
 *
 * There is no rate until the first refusal. Then all calls wait until a single one is accepted again, a
 * search finds the limit roughly (RateSearch), and the rate stays close to it (SharedRate).
 */
export class LearnedRate {
  readonly #random: () => number;
  readonly #steady = new SharedRate();
  readonly #refusals = new RandomRefusals();
  readonly #periods = new ClosedPeriods();
  #search: RateSearch | undefined;
  /** The rate to return to if another search finds a limit. */
  #fallback: number | undefined;
  /** Calls per second. */
  #rate: number | undefined;
  /** When the next call may start. */
  #next = 0;
  /** Refusals of earlier calls contain no new information. */
  #firstAfter = 0;
  #latency = 0;
  #sinceRefusal = { at: 0, accepted: 0 };
  /** Share of the recent calls that waited for the rate. */
  #binding = 0;
  #heldBack = false;

  /** `random`: from 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Calls per second; undefined if no call was refused. */
  get perSecond(): number | undefined {
    return this.#rate;
  }

  /** Whether only a single call may be in flight, to check if the server accepts calls again. */
  get isProbing(): boolean {
    return this.#periods.isClosed;
  }

  /** When the next call may start. A call that has to wait for this counts as held back. */
  nextStart(now: number): number {
    const isSteady = this.#rate !== undefined && !this.#search && !this.#periods.isClosed;
    if (isSteady && this.#binding >= binding) this.#rate = this.#steady.at(now);
    if (this.#next > now) this.#heldBack = true;
    return this.#next;
  }

  began(now: number): void {
    this.#periods.began(now);
    if (this.#rate === undefined) return;
    this.#binding += ((this.#heldBack ? 1 : 0) - this.#binding) / 4;
    this.#heldBack = false;
    const interval = 1000 / this.#rate;
    // Compensates for a timer that fires late, by one call at most.
    this.#next = Math.max(this.#next, now - interval) + interval;
  }

  accepted(
    call: { readonly now: number; readonly number: number; readonly latency: number },
    started: number,
  ): void {
    const { now, number, latency } = call;
    this.#sinceRefusal.accepted++;
    this.#refusals.accepted();
    this.#latency = this.#latency === 0 ? latency : this.#latency + (latency - this.#latency) / 8;
    const isOutdated = number < this.#firstAfter;
    this.#periods.accepted(now, isOutdated);
    if (isOutdated) return;
    if (this.#periods.isClosed) this.#open(now, started);
    else if (this.#search?.accepted(now, this.#maxSearch(now))) {
      this.#rate = this.#search.rate;
      this.#firstAfter = started;
    }
  }

  /** Returns whether all calls must wait as long as the refused one. */
  refused({ now, number, started, retryAfterMs }: Refusal): boolean {
    this.#refusals.refused();
    const isRepeated = this.#periods.isRefusing;
    const expectedMs = this.#search || this.#rate === undefined ? 0 : 1000 / this.#rate;
    if (this.#rate === undefined && !this.#periods.isClosed) this.#periods.close(now);
    if (this.#periods.refused(now, { retryAfterMs: retryAfterMs ?? 0, expectedMs })) {
      this.#firstAfter = started;
      return true;
    }
    if (number < this.#firstAfter) return false;
    if (this.#search) this.#searchRefused(this.#search, now, started);
    else if (!isRepeated) this.#lower(now, started);
    return false;
  }

  /** How long all calls must wait if the server does not say it. `pauses`: including this one. */
  backoffMs(now: number, pauses: number): number {
    return this.#periods.backoffMs(now, pauses, this.#random());
  }

  #open(now: number, started: number): void {
    const { perSecond, isWindow } = this.#periods.open(now);
    this.#binding = 1;
    if (isWindow || this.#steady.isKnown) {
      const known = this.#rate ?? Number.POSITIVE_INFINITY;
      const lowest = isWindow ? 0 : known * reopened;
      this.#steady.start(Math.min(known, Math.max(perSecond, lowest)), now, isWindow);
      this.#pace(now, started);
    } else {
      const most = (1000 * firstGuess.perLatency) / Math.max(1, this.#latency);
      const guess = Math.min(firstGuess.max, Math.max(firstGuess.min, perSecond));
      this.#beginSearch(Math.min(guess, most), now, started);
      this.#next = now + 1000 / this.#rate!;
    }
  }

  #beginSearch(rate: number, now: number, started: number): void {
    this.#search = new RateSearch(rate, now);
    this.#rate = rate;
    this.#firstAfter = started;
  }

  #maxSearch(now: number): number {
    if (this.#binding < binding) return 0;
    return Math.max(2 * firstGuess.max, maxSearch * this.#periods.acceptedPerSecond(now));
  }

  #searchRefused(search: RateSearch, now: number, started: number): void {
    const rate = search.refused();
    if (rate === undefined) return;
    const known = this.#fallback;
    if (known === undefined || rate > unrelated * known) {
      this.#steady.start(Math.max(rate, this.#periods.acceptedPerSecond(now)), now, false);
      this.#pace(now, started);
    } else {
      this.#steady.resume(known, now);
      this.#pace(now, started);
      this.#refusals.foundAgain(known);
    }
  }

  /** Continues at the steady rate. */
  #pace(now: number, started: number): void {
    this.#search = undefined;
    this.#fallback = undefined;
    this.#rate = this.#steady.at(now);
    this.#refusals.found(this.#rate);
    this.#afterChange(now, started);
  }

  #lower(now: number, started: number): void {
    const { at, accepted } = this.#sinceRefusal;
    const ignored = this.#steady.lower(now, { ms: now - at, accepted });
    this.#rate = this.#steady.at(now);
    this.#afterChange(now, started + ignored);
    if (!this.#refusals.isSuspected(this.#rate, this.#steady.isShared)) return;
    this.#fallback = this.#rate;
    this.#beginSearch(2 * this.#rate, now, started);
  }

  #afterChange(now: number, firstAfter: number): void {
    this.#firstAfter = firstAfter;
    this.#sinceRefusal = { at: now, accepted: 0 };
    // At random, so that several processes do not keep meeting at the same moments.
    this.#next = now + ((0.5 + this.#random()) * 1000) / this.#rate!;
  }
}
