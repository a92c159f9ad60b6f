/** The share of the rate by which a refusal lowers it: alone, and if others use the limit too. */
const decrease = { alone: { min: 0.01, max: 0.06 }, shared: 0.2 } as const;
/**
 * How the rate grows, in calls per second per second. Alone: relative to the square of the rate. If others
 * use the limit too: at least `calls`, or relative to the rate (more while it is only an estimate), but
 * limited relative to its square.
 */
const growth = { alone: 0.00025, shared: { calls: 0.4, relative: 0.05, unproven: 0.13, max: 0.05 } } as const;
/**
 * At first, a shared rate grows and falls faster, so that the processes soon have equal shares. Time in
 * milliseconds.
 */
const early = { ms: 2000, growth: 2, decrease: 0.15 } as const;
/**
 * When the rate grows exponentially, because the limit seems to have been raised: in units of time without a
 * refusal.
 */
const acceleration = { after: { first: 1, factor: 1.5, max: 8 }, factor: 0.01 } as const;
/** The unit is a second, or the time of this many calls if that is longer. */
const callsPerUnit = 10;
/** A rate that differs less than this is the same. */
const sameRate = 0.1;
/** Minimum calls to measure a rate. */
const minSample = 5;
/**
 * Whether others use the limit too: the first guess, how much each refusal counts, and when it is taken as
 * certain.
 */
const sharing = { guess: 0.4, unexpected: 0.7, expected: 0.2, certain: 0.5 } as const;
/**
 * After a decrease, calls that may still be refused without another one, because others have not yet lowered
 * their rate.
 */
const settling = 3;
/** No rate is lower, in calls per second. */
const minRate = 0.2;

/** Calls accepted between two refusals, in milliseconds. */
export interface Interval {
  readonly ms: number;
  readonly accepted: number;
}

/**
 * A rate close to a limit of the server, which rises slowly and falls with each refusal.
 *
 * A process that has the limit to itself uses it up between two refusals, so the calls it got accepted are
 * the limit. It is never refused at a lower rate. If it is, others use the same limit. Their rates become
 * equal if all rise by the same number of calls per second and fall by the same share, because the faster
 * ones are refused more often (as in TCP).
 */
export class SharedRate {
  #base = { rate: 0, at: 0 };
  /** The rate that the server accepted between the last refusals; 0 if unknown. */
  #proven = 0;
  /** From 0, alone, to 1, others use the limit too. */
  #sharing: number = sharing.guess;
  #firstAt: number | undefined;
  #acceleratesAfter: number = acceleration.after.first;

  /** Whether it has started. */
  get isKnown(): boolean {
    return this.#firstAt !== undefined;
  }

  /** Whether others use the limit too, with certainty. */
  get isShared(): boolean {
    return this.#share === 1;
  }

  /** Starts at an estimate. `isMeasured`: it is what the server accepted. */
  start(rate: number, now: number, isMeasured: boolean): void {
    this.#firstAt ??= now;
    this.#base = { rate: Math.max(minRate, rate), at: now };
    this.#proven = isMeasured ? rate : 0;
    if (isMeasured) this.#sharing /= 2;
    this.#acceleratesAfter = isMeasured ? acceleration.after.max : acceleration.after.first;
  }

  /** Continues at a known rate. */
  resume(rate: number, now: number): void {
    this.#base = { rate, at: now };
  }

  /** Calls per second. */
  at(now: number): number {
    const { rate, at } = this.#base;
    const seconds = (now - at) / 1000;
    const alone = growth.alone * rate ** 2;
    const linear = alone + this.#share * (this.#sharedGrowth(now) - alone);
    const recovered = (1 - this.#share) * Math.max(0, this.#proven - rate) * (1 - Math.exp(-seconds));
    const units = seconds / Math.max(1, callsPerUnit / rate);
    const beyond = Math.min(20, Math.max(0, units - this.#acceleratesAfter));
    const accelerated = rate * acceleration.factor * (2 ** beyond - 1);
    return rate + recovered + linear * seconds + accelerated;
  }

  #sharedGrowth(now: number): number {
    const { rate } = this.#base;
    const { calls, relative, unproven, max } = growth.shared;
    const usual = Math.max(calls, (this.#proven > 0 ? relative : unproven) * rate);
    return Math.min(usual * (1 + early.growth * this.#early(now)), max * rate ** 2);
  }

  /** A call was refused. Returns how many of the next calls may be refused without consequences. */
  lower(now: number, { ms, accepted }: Interval): number {
    const rate = this.at(now);
    const measured = (1000 * accepted) / Math.max(1, ms);
    this.#learn(rate, accepted < minSample ? undefined : measured);
    const share = this.#share;
    const { min, max } = decrease.alone;
    const alone = Math.min(Math.max(measured, rate * (1 - max)), rate * (1 - min));
    const shared = rate * (1 - decrease.shared - early.decrease * this.#early(now));
    const isSame = Math.abs(rate / this.#base.rate - 1) < sameRate;
    const { first, factor, max: longest } = acceleration.after;
    this.#acceleratesAfter = isSame ? Math.min(longest, this.#acceleratesAfter * factor) : first;
    this.#base = { rate: Math.max(minRate, alone + share * (shared - alone)), at: now };
    return Math.round(share * settling);
  }

  #learn(rate: number, measured: number | undefined): void {
    if (this.#proven > 0) {
      const isUnexpected = rate < this.#proven;
      const weight = isUnexpected ? sharing.unexpected : sharing.expected;
      this.#sharing += ((isUnexpected ? 1 : 0) - this.#sharing) * weight;
    }
    if (measured !== undefined)
      this.#proven = Math.max(measured, this.#proven + 0.3 * (measured - this.#proven));
  }

  get #share(): number {
    return Math.min(1, this.#sharing / sharing.certain);
  }

  /** From 1 to 0. */
  #early(now: number): number {
    return Math.exp((this.#firstAt! - now) / early.ms);
  }
}
