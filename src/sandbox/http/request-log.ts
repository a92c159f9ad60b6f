/** A request as the sandbox received it. */
export interface RecordedRequest {
  /** From 1, in the order of arrival. */
  readonly call: number;
  readonly method: string;
  /** The request target without any key. */
  readonly path: string;
  /** Of the reply; for a reply that a fault held back, the status it would have had. */
  readonly status: number;
  /** Number of records (upload) or ids (read, delete, interactions). */
  readonly records: number;
  /** The user ids of the call, in its order. Only the first ones of a very large call. */
  readonly ids: readonly string[];
  /** The action of the fault plan that was applied to it. */
  readonly fault?: string;
  /** Whether it took effect, at least in part. */
  readonly applied: boolean;
}

/** Counts since the start. */
export interface Stats {
  readonly calls: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Answered with 429 because of the rate limit. */
  readonly limited: number;
  /** Answered with 503 because all workers were busy and the queue was full. */
  readonly overloaded: number;
  readonly faults: number;
  /** Size of all bodies, decompressed. */
  readonly bytes: number;
}

const maxBytes = 32 * 1024 * 1024;
/** Max ids of one request, so that it does not displace all others. */
const maxEntryBytes = maxBytes / 8;
const bytesPerString = 32;

/** Keeps the latest requests, up to a number and about 32 MiB of memory, and the counts. */
export class RequestLog implements Stats {
  readonly entries: RecordedRequest[] = [];
  readonly #sizes: number[] = [];
  readonly #maxEntries: number;
  #size = 0;
  calls = 0;
  inFlight = 0;
  maxInFlight = 0;
  limited = 0;
  overloaded = 0;
  faults = 0;
  bytes = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** Counts a request that arrives, and returns its number. */
  start(): number {
    this.calls += 1;
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    return this.calls;
  }

  /** Records a request once its reply is known; drops the oldest ones beyond the limits. */
  record(entry: RecordedRequest): void {
    if (entry.fault !== undefined) this.faults += 1;
    if (this.#maxEntries === 0) return;
    const { kept, size } = withinLimit(entry);
    this.entries.push(kept);
    this.#sizes.push(size);
    this.#size += size;
    while (this.entries.length > this.#maxEntries || this.#size > maxBytes) {
      this.entries.shift();
      this.#size -= this.#sizes.shift() ?? 0;
    }
  }

  /** Counts a request that is finished. */
  finish(): void {
    this.inFlight -= 1;
  }
}

/** The entry with as many of its ids as fit, and its approximate size in memory. */
function withinLimit(entry: RecordedRequest): { kept: RecordedRequest; size: number } {
  let size = bytesPerString + 2 * entry.path.length;
  let fitting = 0;
  for (const id of entry.ids) {
    const next = size + bytesPerString + 2 * id.length;
    if (next > maxEntryBytes) return { kept: { ...entry, ids: entry.ids.slice(0, fitting) }, size };
    size = next;
    fitting += 1;
  }
  return { kept: entry, size };
}
