import type { Throughput } from './limit-tracker.ts';

export interface PaceSettings {
  /** Max concurrent requests. Fewer are used if the server cannot handle more. */
  readonly concurrency: number;
  /** Whether the user set `concurrency`, which is then reported as the limit of a run. */
  readonly concurrencyIsChosen?: boolean | undefined;
  /** Max requests started per second; absent: no client-side limit. */
  readonly requestsPerSecond?: number | undefined;
  /** Max bytes of bodies sent per second; absent: no client-side limit. */
  readonly bytesPerSecond?: number | undefined;
  /** Called when all requests have to wait. `until`: on the monotonic clock. */
  readonly onPause?: ((until: number, reason: string) => void) | undefined;
}

/** What the result of a request tells about the server. */
export type Feedback =
  /** It handled the request. */
  | { readonly kind: 'replied' }
  /** No usable reply: connection failed, HTTP 500… */
  | { readonly kind: 'failed' }
  /** Overloaded: 503, 504, a timeout. With `retryAfterMs`, it asked for a pause. */
  | { readonly kind: 'overloaded'; readonly retryAfterMs?: number | undefined; readonly reason: string }
  /** It accepts fewer requests per second: 429. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | undefined; readonly reason: string };

/** Permission for one request to be in flight. */
export interface Permit {
  /**
   * Returns the permit; only the first call counts. Without feedback, nothing is learned about the server.
   */
  release(feedback?: Feedback): void;
}

export interface AcquireOptions {
  readonly signal?: AbortSignal | undefined;
  /** Served before all other waiting requests. */
  readonly first?: boolean;
  /** Size of the body. */
  readonly bytes?: number;
  /** The kind of call, because the latency of one kind tells nothing about another. */
  readonly kind?: string;
}

/** Decides when the next request may start. One pacer serves all calls of a session. */
export interface Pacer {
  /** Waits for a turn. Rejects with the abort reason when `signal` aborts. */
  acquire(options?: AcquireOptions): Promise<Permit>;
  /** Makes known that a call waits before it tries again, until `wait` settles. */
  retryAfter(wait: Promise<void>): Promise<void>;
  /** Stops all requests: waiting and later ones are rejected with `reason`. */
  halt(reason: unknown): void;
  /** Aborts when the pacer is halted. */
  readonly halted: AbortSignal;
  /**
   * Failed requests in a row while no reply is expected: at the start, or after several rounds of failures.
   */
  readonly failedProbes: number;
  /** How many requests may be in flight now. */
  readonly limit: number;
  /** What limited the requests so far. */
  throughput(): Throughput;
}
