import type { Throughput } from './limit-tracker.ts';

export interface PaceSettings {
  /** Max concurrent requests; fewer are used if the server can not make use of more. */
  readonly concurrency: number;
  /** Whether the user chose `concurrency`, which then is named as what limits a run. */
  readonly concurrencyIsChosen?: boolean | undefined;
  /** Max requests started per second; absent: no client-side limit. */
  readonly requestsPerSecond?: number | undefined;
  /** Max bytes of bodies sent per second; absent: no client-side limit. */
  readonly bytesPerSecond?: number | undefined;
  /** Called when all requests have to wait. `until`: on the monotonic clock. */
  readonly onPause?: ((until: number, reason: string) => void) | undefined;
}

/** What a request said about the server. */
export type Feedback =
  /** It handled the request. */
  | { readonly kind: 'replied' }
  /** No usable reply: connection failed, HTTP 500… */
  | { readonly kind: 'failed' }
  /** Too much to do: 503, 504, a timeout. With `retryAfterMs`, it asked for a pause. */
  | { readonly kind: 'overloaded'; readonly retryAfterMs?: number | undefined; readonly reason: string }
  /** It accepts fewer requests per second: 429. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | undefined; readonly reason: string };

/** A place among the requests in flight. */
export interface Permit {
  /** Gives the place back; only the first call counts. Without feedback the request says nothing about the server. */
  release(feedback?: Feedback): void;
}

export interface AcquireOptions {
  readonly signal?: AbortSignal | undefined;
  /** Before all others that wait. */
  readonly first?: boolean;
  /** Of the body. */
  readonly bytes?: number;
  /** What kind of call it is: the latency of one kind says nothing about another. */
  readonly kind?: string;
}

/** Decides when the next request may start. One pacer serves all calls of a session. */
export interface Pacer {
  /** Waits for a turn. Rejects with the abort reason when `signal` aborts. */
  acquire(options?: AcquireOptions): Promise<Permit>;
  /** No request starts anymore: all that wait, and all that follow, are rejected with `reason`. */
  halt(reason: unknown): void;
  /** Aborts once the pacer was halted. */
  readonly halted: AbortSignal;
  /** Requests that failed in a row while no reply was expected: at the start, or after several rounds of failures. */
  readonly failedProbes: number;
  /** How many requests may be in flight now. */
  readonly limit: number;
  /** What limited the requests so far. */
  throughput(): Throughput;
}
