/** While no upper bound is known, the rate doubles after this many accepted calls, and this many milliseconds. */
const doubling = { calls: 4, ms: 150 } as const;
/** A first guess after a refusal: at least so many calls per second, and at most so many per latency of a call. */
const guess = { perSecond: 5, perLatency: 8 } as const;
/** Shares of the rate that are left after a refusal: at most, at least, and at least while no upper bound is known. */
const decrease = { most: 0.97, least: 0.7, unbounded: 0.5, closed: 0.6 } as const;
/** What was accepted since the last refusal is the rate of the server if it is this much: of the rate, and in calls. */
const reliable = { share: 0.85, calls: 8 } as const;
/**
 * Refusals that come after so few accepted calls, this many times in a row, although the rate fell each time, do not depend
 * on the rate. They raise it while less than this share of about so many calls is refused.
 */
const random = { calls: 40, refusals: 3, share: 0.08, memory: 64, raise: 1.5 } as const;
/** Calls that were spaced before the last refusal was known, and whose refusals say nothing new. */
const callsOnTheirWay = 2;
/** Refusals in a row, and the milliseconds without an accepted call, that show that the server takes none for now. */
const closing = { refusals: 4, ms: 300 } as const;
/** A server that takes none for so long, after so many calls, counts per window: a whole cycle shows its rate. */
const windowed = { ms: 4000, calls: 20 } as const;
/** How the rate grows over time, in seconds: for how long only linearly, and how fast. */
const growth = { plateau: { first: 1, factor: 1.5, longest: 8 }, linear: 0.002, exponential: 0.01 } as const;
const sameRate = 0.15;
/** Calls per unit of time of the growth, at least. */
const callsPerUnit = 2;

/** A call that was refused (HTTP 429). All times are monotonic, in milliseconds. */
export interface Refusal {
  readonly now: number;
  /** Of all calls, in the order in which they began. */
  readonly number: number;
  /** Calls begun so far. */
  readonly started: number;
}

/** The highest rate that is believed to be accepted, and the share of it at which calls were sent from `at` on. */
interface Bound {
  readonly rate: number;
  readonly share: number;
  readonly at: number;
}

/**
 * Learns from refusals how many calls per second the server accepts, and spaces calls accordingly.
 *
 * A server that refuses has nothing left to give: what it accepted between two refusals, divided by the time between
 * them, is the rate it allows, whether it counts tokens or windows. That is too low if its burst is small and calls were
 * held back in between; so the rate doubles as long as no upper bound is known, and later rises slowly, the more slowly
 * the more often the bound was confirmed. Time, not the number of calls, drives the growth: of several processes that
 * share a limit, the slower ones are refused less often and so catch up.
 */
export class LearnedRate {
  /** Calls per millisecond; undefined until the first refusal. */
  #rate: number | undefined;
  #bound: Bound | undefined;
  #plateau: number = growth.plateau.first;
  #next = 0;
  #firstAfter = 0;
  /** The server takes no call for now; one at a time finds out when it does again. */
  #isClosed = false;
  #closedAt = 0;
  #refusalsInRow = 0;
  #soonRefused = 0;
  #refusedShare = 0;
  #acceptedAt = 0;
  #latency = 0;
  /** Accepted calls since the last refusal, since the server last opened, and since the last doubling. */
  #sinceRefusal = { at: 0, accepted: 0 };
  #sinceOpened: { at: number; accepted: number } | undefined;
  #sinceDoubling = { at: 0, accepted: 0 };
  /** Share of the recent calls that had to wait for this rate: if few did, something else limits the run. */
  #binding = 0;
  #heldBack = false;

  /** Calls per second; undefined if none was refused. */
  get perSecond(): number | undefined {
    return this.#rate === undefined ? undefined : this.#rate * 1000;
  }

  /** Whether only a single call may be in flight, to find out if the server accepts calls again. */
  get isProbing(): boolean {
    return this.#isClosed;
  }

  /** When the next call may begin; a call that has to wait for it counts as held back. */
  nextStart(now: number): number {
    this.#rise(now);
    if (this.#next > now) this.#heldBack = true;
    return this.#next;
  }

  began(now: number): void {
    this.#sinceOpened ??= { at: now, accepted: 0 };
    if (this.#rate === undefined) return;
    this.#binding += ((this.#heldBack ? 1 : 0) - this.#binding) / 4;
    this.#heldBack = false;
    const interval = 1 / this.#rate;
    // A timer that fires late is made up for, by one call at most.
    this.#next = Math.max(this.#next, now - interval) + interval;
  }

  accepted(
    call: { readonly now: number; readonly number: number; readonly latency: number },
    started: number,
  ): void {
    const { now, number, latency } = call;
    this.#sinceRefusal.accepted++;
    this.#refusedShare -= this.#refusedShare / random.memory;
    if (this.#sinceOpened) this.#sinceOpened.accepted++;
    this.#acceptedAt = now;
    this.#latency = this.#latency === 0 ? latency : this.#latency + (latency - this.#latency) / 8;
    if (number < this.#firstAfter) return;
    this.#refusalsInRow = 0;
    if (this.#isClosed) this.#open(now, started);
    else if (!this.#bound) this.#double(now, started);
  }

  /** Returns whether all calls have to wait for as long as the refused one. */
  refused({ now, number, started }: Refusal): boolean {
    this.#refusalsInRow++;
    this.#refusedShare += (1 - this.#refusedShare) / random.memory;
    if (this.#rate === undefined || this.#isClosed || this.#looksClosed(now)) {
      if (!this.#isClosed) this.#closedAt = now;
      this.#isClosed = true;
      this.#firstAfter = started;
      return true;
    }
    if (number < this.#firstAfter && this.#bound) return false;
    const { at, accepted } = this.#sinceRefusal;
    this.#soonRefused = accepted < random.calls ? this.#soonRefused + 1 : 0;
    const measured = accepted / Math.max(1, now - at);
    const least = this.#rate * (this.#bound ? decrease.least : decrease.unbounded);
    const isRandom = this.#soonRefused > random.refusals && this.#refusedShare < random.share;
    const rate = isRandom
      ? this.#rate * random.raise
      : Math.min(this.#rate * decrease.most, Math.max(measured, least));
    const isReliable = isRandom || (measured > reliable.share * this.#rate && accepted >= reliable.calls);
    // Otherwise the truth is somewhere between the rate that is left and the one that was refused.
    this.#learn(rate, isReliable ? rate : Math.sqrt(rate * Math.min(this.#rate, 2 * rate)), now);
    this.#firstAfter = started + callsOnTheirWay;
    return false;
  }

  #learn(rate: number, bound: number, now: number): void {
    const { first, factor, longest } = growth.plateau;
    const isSame = this.#bound !== undefined && Math.abs(this.#rate! / this.#bound.rate - 1) < sameRate;
    this.#plateau = isSame ? Math.min(longest, this.#plateau * factor) : first;
    this.#bound = { rate: bound, share: rate / bound, at: now };
    this.#rate = rate;
    this.#sinceRefusal = { at: now, accepted: 0 };
  }

  #looksClosed(now: number): boolean {
    if (!this.#bound || this.#refusalsInRow < closing.refusals) return false;
    const expected = closing.refusals / (this.#bound.rate * this.#bound.share);
    return now - this.#acceptedAt > Math.max(closing.ms, expected);
  }

  /** A call was accepted after the server took none: a whole cycle shows its rate. */
  #open(now: number, started: number): void {
    const { at, accepted } = this.#sinceOpened!;
    const measured = accepted / Math.max(1, now - at);
    if (now - this.#closedAt >= windowed.ms && accepted >= windowed.calls) {
      this.#rate = measured;
      this.#bound = { rate: measured, share: 1, at: now };
    } else if (this.#bound && this.#rate !== undefined) {
      this.#rate = Math.min(this.#rate, Math.max(measured, this.#rate * decrease.closed));
      this.#bound = { rate: this.#rate / decrease.most, share: decrease.most, at: now };
    } else {
      const lowest = Math.max(measured, guess.perSecond / 1000);
      this.#rate = Math.min(lowest, guess.perLatency / Math.max(1, this.#latency));
    }
    this.#plateau = growth.plateau.first;
    this.#isClosed = false;
    this.#binding = 1;
    this.#firstAfter = started;
    this.#next = now + 1 / this.#rate;
    this.#sinceOpened = { at: now, accepted: 0 };
    this.#sinceRefusal = { at: now, accepted: 0 };
    this.#sinceDoubling = { at: now, accepted: 0 };
  }

  #double(now: number, started: number): void {
    if (this.#rate === undefined || this.#binding < 0.5) return;
    const since = this.#sinceDoubling;
    since.accepted++;
    if (since.accepted < doubling.calls || now - since.at < doubling.ms) return;
    this.#rate *= 2;
    this.#sinceDoubling = { at: now, accepted: 0 };
    this.#firstAfter = started;
  }

  #rise(now: number): void {
    if (!this.#bound || this.#isClosed || this.#binding < 0.5) return;
    const { rate, share, at } = this.#bound;
    const time = (now - at) / Math.max(1000, callsPerUnit / rate);
    const beyond = Math.min(20, Math.max(0, time - this.#plateau));
    const missing = (1 - share) * Math.exp((-4 * time) / this.#plateau);
    this.#rate = rate * (1 - missing + growth.linear * time + growth.exponential * (2 ** beyond - 1));
  }
}
