import type { Call } from '../call.ts';
import type { RawReply } from './classify-reply.ts';

/** A call that got no reply. */
export interface NetworkFailure {
  readonly kind: 'network';
  /** Node's code: ECONNREFUSED, ETIMEDOUT, CERT_HAS_EXPIRED… */
  readonly code: string;
  readonly message: string;
  /** False for failures that no retry can fix: an untrusted certificate, a server without TLS. */
  readonly retryable: boolean;
  readonly hint?: string;
}

/** Sends a call once. Rejects only with the abort reason of `signal`. */
export type Transport = (call: Call, signal?: AbortSignal) => Promise<RawReply | NetworkFailure>;

export interface ConnectionSettings {
  /** Address without a trailing slash. */
  readonly server: string;
  readonly apiKey: string;
  /** Milliseconds for one request, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** Max open connections. */
  readonly connections: number;
  /** Additional CA certificates, in PEM. */
  readonly ca?: string | undefined;
  /** URL of the proxy to the server, if there is one. */
  readonly proxy?: string | undefined;
  readonly userAgent: string;
}
