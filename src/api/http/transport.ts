import type { RawReply } from './reply.ts';

/** One call to Miso. The key is not part of it: the transport adds it as a header. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the server's address, percent-encoded: `v1/users/u%2F1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON: its text, or that text in UTF-8. */
  readonly body?: string | Uint8Array;
}

/** The call reached no answer. */
export interface NetworkFailure {
  readonly kind: 'network';
  /** Node's code: ECONNREFUSED, ETIMEDOUT, CERT_HAS_EXPIRED… */
  readonly code: string;
  readonly message: string;
  /** False for what a further try cannot mend: a certificate that is not trusted, a server without TLS. */
  readonly again: boolean;
  readonly hint?: string;
}

/** Sends a call once. Rejects only with the abort reason of `signal`. */
export type Transport = (call: Call, signal?: AbortSignal) => Promise<RawReply | NetworkFailure>;

/** What a connection needs to know. */
export interface ConnectionSettings {
  /** Address without a trailing slash. */
  readonly server: string;
  readonly apiKey: string;
  /** Milliseconds for one call, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** Most connections open at once. */
  readonly connections: number;
  /** Certificates to trust beside the usual ones, in PEM. */
  readonly ca?: string | undefined;
  /** Proxy for the server's address, when there is one. */
  readonly proxy?: string | undefined;
  readonly userAgent: string;
}
