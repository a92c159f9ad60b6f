import type { Verdict } from './http/classify-reply.ts';
import type { BodyReader } from './http/reply-body.ts';

/** One call to Miso. The key is not part of it: the transport adds it as a header. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the server's address, percent-encoded: `v1/users/u%2F1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON: its text, or that text in UTF-8. */
  readonly body?: string | Uint8Array;
  /** Reads the body of a 2xx reply; default: as text. */
  readonly readBody?: () => BodyReader;
}

/** Two ways to stop; `hard` implies `soft`. */
export interface StopSignals {
  /** No further request starts; requests in flight may finish. */
  readonly soft: AbortSignal;
  /** Requests in flight are aborted as well. */
  readonly hard: AbortSignal;
}

export interface CallOptions {
  /** A stopped call rejects with the reason of its signal. */
  readonly stop?: StopSignals | undefined;
  /** Retries after the first attempt; default: the session's. */
  readonly retries?: number;
  /**
   * The call checks whether the server replies at all, so it is sent before waiting calls. Default: false.
   */
  readonly probe?: boolean;
}

/** A call that failed at its last attempt. */
export interface GaveUp {
  readonly kind: 'gave-up';
  /** Why the last attempt failed. */
  readonly message: string;
  /** The HTTP status of the last reply; absent if there was none. */
  readonly status?: number;
  /** Retries that were made. */
  readonly retries: number;
  /**
   * Another call succeeded between the last two attempts, so the server is up and this call is the problem.
   */
  readonly othersSucceed: boolean;
  /** The last reply was 429, so the records of the call are not the problem. */
  readonly throttled: boolean;
}

/** The final result of a call, retries included. */
export type CallResult = Exclude<Verdict, { kind: 'retry' }> | GaveUp;

/**
 * Sends a call until its result is final. Throws UnavailableError for a connection that no retry can fix,
 * AccessError once the key was refused to any call of the session, and the reason of a stop.
 */
export type SendCall = (call: Call, options?: CallOptions) => Promise<CallResult>;

/** Requests so far, for the summary. */
export interface RequestCounts {
  /** Every request, retries included. */
  sent: number;
  /** Requests that repeated an earlier one. */
  retried: number;
  /** Calls that failed after all retries. */
  failed: number;
}

/** Progress of single requests, for --verbose. */
export interface RequestEvents {
  /** A call will be retried in `waitMs` milliseconds. */
  readonly onRetry?: (retry: {
    readonly call: Call;
    readonly failures: number;
    readonly waitMs: number;
    readonly reason: string;
  }) => void;
  /** A request ended. `status`: the HTTP status, or a code such as ECONNRESET. */
  readonly onResponse?: (response: {
    readonly call: Call;
    readonly status: number | string;
    readonly ms: number;
  }) => void;
}
