/** While no upper bound is known, the rate doubles after this many accepted calls and this many milliseconds. */
const doubling = { calls: 4, ms: 150 } as const;
/** The first estimate after a refusal: at least this many calls per second, at most this many per call latency. */
const guess = { perSecond: 5, perLatency: 8 } as const;
/** The share of the rate to keep after a refusal: max, min, and min while no upper bound is known. */
const decrease = { max: 0.97, min: 0.7, unbounded: 0.5, closed: 0.6 } as const;
/** Enough calls accepted since the last refusal measure the rate: as a share of it, and in calls. */
const reliable = { share: 0.85, calls: 8 } as const;
/**
 * Refusals after at most this many accepted calls, this many times in a row although the rate was lowered each time, do
 * not depend on the rate. The rate is raised again while less than this share of about this many calls is refused.
 */
const random = { calls: 40, refusals: 3, share: 0.08, memory: 64, raise: 1.5 } as const;
/** Calls that were already spaced when the last refusal arrived. Their refusals contain no new information. */
const spacedCalls = 2;
/** After this many refusals in a row and milliseconds without an accepted call, the server accepts none for now. */
const closing = { refusals: 4, ms: 300 } as const;
/** A server that accepts none for this long, after this many calls, counts per window: a full cycle shows its rate. */
const windowed = { ms: 4000, calls: 20 } as const;
/** How the rate grows over time, in seconds: how long only linearly, and how fast. */
const growth = { plateau: { first: 1, factor: 1.5, max: 8 }, linear: 0.002, exponential: 0.01 } as const;
const sameRate = 0.15;
/** Min calls per unit of time of the growth. */
const callsPerUnit = 2;

/** A call that was refused (HTTP 429). All times are monotonic, in milliseconds. */
export interface Refusal {
  readonly now: number;
  /** Of all calls, in the order in which they began. */
  readonly number: number;
  /** Calls begun so far. */
  readonly started: number;
}

/** The highest rate that is assumed to be accepted, and the share of it at which calls are sent from `at` on. */
interface Bound {
  readonly rate: number;
  readonly share: number;
  readonly at: number;
}

/**
 * Learns from refusals how many calls per second the server accepts, and spaces calls accordingly.
 *
 * A server that refuses calls has used up its limit: the calls it accepted between two refusals, divided by the time
 * between them, are the rate it allows, whether it counts tokens or windows. The result is too low if its burst is small
 * and calls were held back in between. Therefore the rate doubles as long as no upper bound is known. After that it rises
 * slowly, and more slowly each time the bound is confirmed. The growth depends on time, not on the number of calls: of
 * several processes that share a limit, the slower ones are refused less often and so catch up.
 */
export class LearnedRate {
  /** Calls per millisecond; undefined until the first refusal. */
  #rate: number | undefined;
  #bound: Bound | undefined;
  #plateau: number = growth.plateau.first;
  #next = 0;
  #firstAfter = 0;
  /** The server accepts no calls for now. Single calls check when it does again. */
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
  /** Share of the recent calls that waited for this rate. If it is low, something else limits the run. */
  #binding = 0;
  #heldBack = false;

  /** Calls per second; undefined if no call was refused. */
  get perSecond(): number | undefined {
    return this.#rate === undefined ? undefined : this.#rate * 1000;
  }

  /** Whether only a single call may be in flight, to check if the server accepts calls again. */
  get isProbing(): boolean {
    return this.#isClosed;
  }

  /** When the next call may start. A call that has to wait for this counts as held back. */
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
    // Compensates for a timer that fires late, by one call at most.
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

  /** Returns whether all calls must wait as long as the refused one. */
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
    const least = this.#rate * (this.#bound ? decrease.min : decrease.unbounded);
    const isRandom = this.#soonRefused > random.refusals && this.#refusedShare < random.share;
    const rate = isRandom
      ? this.#rate * random.raise
      : Math.min(this.#rate * decrease.max, Math.max(measured, least));
    const isReliable = isRandom || (measured > reliable.share * this.#rate && accepted >= reliable.calls);
    // Otherwise, the server's rate is between the lowered rate and the refused one.
    this.#learn(rate, isReliable ? rate : Math.sqrt(rate * Math.min(this.#rate, 2 * rate)), now);
    this.#firstAfter = started + spacedCalls;
    return false;
  }

  #learn(rate: number, bound: number, now: number): void {
    const { first, factor, max } = growth.plateau;
    const isSame = this.#bound !== undefined && Math.abs(this.#rate! / this.#bound.rate - 1) < sameRate;
    this.#plateau = isSame ? Math.min(max, this.#plateau * factor) : first;
    this.#bound = { rate: bound, share: rate / bound, at: now };
    this.#rate = rate;
    this.#sinceRefusal = { at: now, accepted: 0 };
  }

  #looksClosed(now: number): boolean {
    if (!this.#bound || this.#refusalsInRow < closing.refusals) return false;
    const expected = closing.refusals / (this.#bound.rate * this.#bound.share);
    return now - this.#acceptedAt > Math.max(closing.ms, expected);
  }

  /** A call was accepted after the server accepted none: a full cycle shows its rate. */
  #open(now: number, started: number): void {
    const { at, accepted } = this.#sinceOpened!;
    const measured = accepted / Math.max(1, now - at);
    if (now - this.#closedAt >= windowed.ms && accepted >= windowed.calls) {
      this.#rate = measured;
      this.#bound = { rate: measured, share: 1, at: now };
    } else if (this.#bound && this.#rate !== undefined) {
      this.#rate = Math.min(this.#rate, Math.max(measured, this.#rate * decrease.closed));
      this.#bound = { rate: this.#rate / decrease.max, share: decrease.max, at: now };
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
