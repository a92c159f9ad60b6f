export interface PaceSettings {
  /** Max concurrent requests. */
  readonly concurrency: number;
  /** Max requests started per second; absent: no client-side limit. */
  readonly requestsPerSecond?: number | undefined;
  /** Called when the server asks for a pause. `until`: on the monotonic clock. */
  readonly onPause?: ((until: number, reason: string) => void) | undefined;
}

/** What a request said about the server. */
export type Feedback =
  /** It handled the request. */
  | { readonly kind: 'replied' }
  /** No usable reply: connection failed, HTTP 500… */
  | { readonly kind: 'failed' }
  /** Too much to do: 503, 504, a timeout. */
  | { readonly kind: 'overloaded' }
  /** It asked for a pause: 429, or 503 with Retry-After. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | undefined; readonly reason: string };

/** A place among the requests in flight. */
export interface Permit {
  /** Gives the place back; only the first call counts. Without feedback the request says nothing about the server. */
  release(feedback?: Feedback): void;
}

/** Decides when the next request may start. One pacer serves all calls of a session. */
export interface Pacer {
  /** Waits for a turn. Rejects with the abort reason when `signal` aborts. `first`: before all others that wait. */
  acquire(options?: { signal?: AbortSignal | undefined; first?: boolean }): Promise<Permit>;
  /** No request starts anymore: all that wait, and all that follow, are rejected with `reason`. */
  halt(reason: unknown): void;
  /** Aborts once the pacer was halted. */
  readonly halted: AbortSignal;
  /** Requests that failed in a row while no reply was expected: at the start, or after several rounds of failures. */
  readonly failedProbes: number;
}
