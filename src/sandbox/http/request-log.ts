/** A request as the sandbox saw it. */
export interface RecordedRequest {
  /** From 1, in the order of arrival. */
  readonly call: number;
  readonly method: string;
  /** The target as it was sent, without any key. */
  readonly path: string;
  /** Of the answer; for an answer that a fault kept back, the status that it would have had. */
  readonly status: number;
  /** How many records (upload) or ids (read, delete, interactions) it carried. */
  readonly records: number;
  /** The user ids that it carried, in its order. */
  readonly ids: readonly string[];
  /** What the fault plan did to it. */
  readonly fault?: string;
  /** Whether it did what it asked for, at least in part. */
  readonly applied: boolean;
}

/** Counts since the sandbox was started. */
export interface Stats {
  readonly calls: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Answered 429 because of the rate. */
  readonly limited: number;
  readonly faults: number;
  /** Bytes of bodies, decompressed. */
  readonly bytes: number;
}

/** Keeps the latest requests and the counts. */
export class RequestLog implements Stats {
  readonly entries: RecordedRequest[] = [];
  readonly #most: number;
  calls = 0;
  inFlight = 0;
  maxInFlight = 0;
  limited = 0;
  faults = 0;
  bytes = 0;

  /** `most`: how many requests are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a request that arrives, and returns its number. */
  arrive(): number {
    this.calls += 1;
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    return this.calls;
  }

  /** Keeps a request whose answer is decided, in place of the oldest where there are too many. */
  keep(entry: RecordedRequest): void {
    if (entry.fault !== undefined) this.faults += 1;
    if (this.#most === 0) return;
    if (this.entries.length >= this.#most) this.entries.shift();
    this.entries.push(entry);
  }

  /** Counts a request that is over. */
  leave(): void {
    this.inFlight -= 1;
  }
}
