/** Calls in flight right after the first reply. */
const initialLimit = 8;
/**
 * While no calls wait, each reply raises the limit by 1, so it doubles with each round of replies. If a round
 * trip takes this long, it triples.
 */
const far = { ms: 100, growth: 2 } as const;
/** A round ends after this many replies, or half as many as there are calls in flight. */
const minSamples = 8;
/** Max calls waiting at the server: a number, or a share of the calls in flight if that is more. */
const queueTarget = { calls: 1.5, share: 0.1 } as const;
/** Uncertainty of the latency of a single call, as a share of it. */
const uncertaintyOfOne = 0.2;
/**
 * If the throughput after a decrease, relative to that before, is lower than this, the decrease is undone.
 */
const harmfulShare = 0.92;
/** Rounds without a queue after which the limit grows exponentially again. */
const quietRounds = 3;

/** Latency of the calls of one round, in milliseconds. */
interface Round {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
  /** Calls in flight, on average. */
  readonly inFlight: number;
}

/** A completed call. */
export interface Sample {
  /** Of all calls, in the order in which they began. */
  readonly number: number;
  /** Milliseconds. */
  readonly latency: number;
  /** Calls in flight when it began, including itself. */
  readonly inFlight: number;
}

/**
 * Finds how many calls in flight the server can use, up to `max`.
 *
 * By Little's law, calls beyond those that the server works on only lengthen its queue: latency grows, but
 * throughput does not. As in TCP Vegas, `inFlight * (1 - baseline / latency)` estimates how many calls wait.
 * The limit grows exponentially until some calls wait, and then keeps a few waiting. Two differences make it
 * robust. Latencies are means with their standard error, and only significant differences count, so noise
 * does not look like a queue. And if a decrease reduces throughput, the server became slower rather than
 * busier, so the decrease is undone and the baseline is raised.
 *
 * `started` is the number of calls begun so far: calls begun earlier did not see the current limit.
 */
export class ConcurrencyLimit {
  readonly #max: number;
  #limit = 1;
  #exponential = true;
  #baseline: Round | undefined;
  /** The round before the last decrease. */
  #before: Round | undefined;
  #quiet = 0;
  #firstOfRound = 0;
  #samples: Sample[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Max calls in flight: a whole number, at least 1. */
  get current(): number {
    return Math.floor(this.#limit);
  }

  /** Whether the server, rather than `max` or a short run, keeps the limit low. */
  get isSaturated(): boolean {
    return !this.#exponential && this.current < this.#max;
  }

  answered(sample: Sample, started: number): void {
    const { number, latency, inFlight } = sample;
    if (!this.#baseline) {
      this.#baseline = { mean: latency, error: uncertaintyOfOne * latency, inFlight: 1 };
      this.#set(initialLimit);
      this.#beginRound(started);
      return;
    }
    // A limit that is not used up tells nothing about a higher one.
    if (this.#exponential && 2 * inFlight >= this.#limit)
      this.#set(this.#limit + (latency < far.ms ? 1 : far.growth));
    if (number < this.#firstOfRound) return;
    this.#samples.push(sample);
    if (this.#samples.length < Math.max(minSamples, inFlight / 2)) return;
    this.#judge(summarize(this.#samples));
    this.#beginRound(started);
  }

  /** The server is overloaded. Calls that were in flight together halve the limit once. */
  overloaded(number: number, started: number): void {
    if (number < this.#firstOfRound && !this.#exponential) return;
    this.#exponential = false;
    this.#before = undefined;
    this.#set(this.#limit / 2);
    this.#beginRound(started);
  }

  /** Resets the learned latency, because calls of another kind follow. */
  forgetLatency(started: number): void {
    this.#before = undefined;
    if (this.#baseline) this.#baseline = { mean: Number.POSITIVE_INFINITY, error: 0, inFlight: 1 };
    this.#beginRound(started);
  }

  #judge(round: Round): void {
    const before = this.#before;
    this.#before = undefined;
    if (before && throughput(round) < harmfulShare * throughput(before)) {
      this.#baseline = round;
      this.#exponential = true;
      this.#set((before.inFlight * round.mean) / before.mean + target(before.inFlight));
      return;
    }
    this.#baseline = lower(this.#baseline!, round);
    const queue = queued(round, this.#baseline);
    if (queue <= target(round.inFlight)) {
      this.#rise(round);
      return;
    }
    this.#exponential = false;
    this.#quiet = 0;
    if (queue <= 2 * target(round.inFlight)) return;
    this.#before = round;
    const used = (round.inFlight * this.#baseline.mean) / round.mean;
    this.#set(used + target(used));
  }

  #rise({ inFlight }: Round): void {
    if (this.#exponential || 2 * inFlight < this.#limit) return;
    this.#set(this.#limit + Math.max(1, this.#limit / 8));
    this.#quiet++;
    if (this.#quiet < quietRounds) return;
    this.#quiet = 0;
    this.#exponential = true;
  }

  #set(limit: number): void {
    this.#limit = Math.max(1, Math.min(this.#max, limit));
  }

  #beginRound(started: number): void {
    this.#firstOfRound = started;
    this.#samples = [];
  }
}

function summarize(samples: readonly Sample[]): Round {
  const n = samples.length;
  const mean = samples.reduce((sum, { latency }) => sum + latency, 0) / n;
  const variance = samples.reduce((sum, { latency }) => sum + (latency - mean) ** 2, 0) / n;
  const inFlight = samples.reduce((sum, sample) => sum + sample.inFlight, 0) / n;
  return { mean, error: Math.sqrt(variance / n), inFlight };
}

/** Calls per millisecond, by Little's law. */
function throughput({ inFlight, mean }: Round): number {
  return inFlight / Math.max(mean, Number.MIN_VALUE);
}

/** Calls that wait at the server, if the difference from the baseline is significant. */
function queued(round: Round, baseline: Round): number {
  const low = round.mean - round.error;
  const high = baseline.mean + baseline.error;
  return low <= high ? 0 : round.inFlight * (1 - high / low);
}

function target(inFlight: number): number {
  return Math.max(queueTarget.calls, queueTarget.share * inFlight);
}

/** The lower of two latencies, or their average weighted by certainty if they do not differ significantly. */
function lower(baseline: Round, round: Round): Round {
  if (round.mean > baseline.mean + baseline.error) return baseline;
  if (round.mean + round.error < baseline.mean - baseline.error) return round;
  const certainty = baseline.error ** 2 + round.error ** 2;
  const weight = baseline.error === 0 || certainty === 0 ? 0.5 : baseline.error ** 2 / certainty;
  return {
    mean: baseline.mean + weight * (round.mean - baseline.mean),
    error: Math.max(round.error / 3, Math.sqrt(weight) * round.error),
    inFlight: round.inFlight,
  };
}
