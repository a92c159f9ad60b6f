/** What kept requests from starting earlier. */
export type LimitedBy =
  /** The server: it refuses requests, which are tried again later, or queues them. */
  | 'server'
  /** Latency: the max number of requests is in flight, waiting for replies. */
  | 'latency'
  | 'concurrency'
  | 'requests-per-second'
  | 'bytes-per-second'
  /** This machine: no request was waiting, so reading and checking the input takes longer. */
  | 'machine';

/** Statistics of a session's requests. */
export interface Throughput {
  readonly concurrency: {
    /** Max requests in flight. */
    readonly peak: number;
    /** Median over time of the requests in flight. */
    readonly typical: number;
  };
  readonly limitedBy: LimitedBy;
  /** Requests per second that the server accepts, if it refused any. */
  readonly acceptedPerSecond?: number;
}

/** Adds up how long each cause limited the requests, and how long how many requests were in flight. */
export class LimitTracker {
  /** Milliseconds by cause, and by the number of requests in flight. */
  readonly #byCause = new Map<LimitedBy, number>();
  readonly #byInFlight: number[] = [];
  #peak = 0;
  /**
   * Milliseconds without a waiting request since the last one started. They count only if another request
   * follows.
   */
  #withoutWaiting = 0;
  #now: { readonly at: number; readonly cause: LimitedBy; readonly inFlight: number } | undefined;

  /** Records the state from `at` on, on the monotonic clock. */
  note(at: number, cause: LimitedBy, inFlight: number): void {
    this.#count(at);
    this.#peak = Math.max(this.#peak, inFlight);
    if (inFlight > (this.#now?.inFlight ?? 0)) {
      this.#add('machine', this.#withoutWaiting);
      this.#withoutWaiting = 0;
    }
    this.#now = { at, cause, inFlight };
  }

  /** `at`: now. */
  summary(at: number): Omit<Throughput, 'acceptedPerSecond'> {
    this.#count(at);
    const [[limitedBy] = ['machine' as const]] = [...this.#byCause].sort(([, a], [, b]) => b - a);
    return { concurrency: { peak: this.#peak, typical: this.#median() }, limitedBy };
  }

  #count(at: number): void {
    if (!this.#now) return;
    const { cause, inFlight } = this.#now;
    const ms = at - this.#now.at;
    if (cause === 'machine') this.#withoutWaiting += ms;
    else this.#add(cause, ms);
    if (inFlight > 0) this.#byInFlight[inFlight] = (this.#byInFlight[inFlight] ?? 0) + ms;
    this.#now = { at, cause, inFlight };
  }

  #add(cause: LimitedBy, ms: number): void {
    if (ms > 0) this.#byCause.set(cause, (this.#byCause.get(cause) ?? 0) + ms);
  }

  #median(): number {
    const total = this.#byInFlight.reduce((sum, ms) => sum + ms, 0);
    let seen = 0;
    const found = this.#byInFlight.findIndex((ms) => {
      seen += ms ?? 0;
      return seen > 0 && seen >= total / 2;
    });
    return Math.max(0, found);
  }
}
