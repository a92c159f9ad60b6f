import type { ErrorSummary } from '../../errors.ts';

/** Hints for network and server errors. The first matching entry is used. */
const advice: readonly (readonly [code: string, message: RegExp, hint: string])[] = [
  [
    'ERR_ACCESS',
    /HTTP 401/,
    '`miso config` shows which key is used and where it came from. Each Miso environment has its own key: copy the secret one from the dashboard.',
  ],
  [
    'ERR_ACCESS',
    /HTTP 403/,
    'The User APIs need the secret key of a writable environment; publishable and playground keys are refused. If the message is not from Miso, a firewall or proxy may have answered.',
  ],
  [
    'ERR_UNAVAILABLE',
    /^Still rate-limited/,
    'Try again later, stay below the limit with --requests-per-second, or raise --retries to wait longer.',
  ],
  [
    'ERR_UNAVAILABLE',
    /proxy/,
    'Check the proxy address in HTTPS_PROXY (and NO_PROXY), and that the proxy is running.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ECONNREFUSED/,
    'Check that the server is running and that its address is correct: `miso config` shows it.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ENOTFOUND|EAI_AGAIN/,
    'Check the address for typos, and the network and DNS settings of this machine. Behind a proxy, set HTTPS_PROXY.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'A firewall may be dropping the connection: behind a proxy, set HTTPS_PROXY. For a slow server, raise --timeout.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ERR_SSL|EPROTO|TLS/,
    'Check the address and the port: the server may not use TLS there.',
  ],
  [
    'ERR_UNAVAILABLE',
    /./,
    'Miso, or a gateway in front of it, has a problem. Try again later, or raise --retries.',
  ],
  [
    'ERR_PROTOCOL',
    /HTTP 407/,
    'The proxy requires authentication: set HTTPS_PROXY=http://name:password@host:port.',
  ],
  [
    'ERR_PROTOCOL',
    /redirect/,
    'Redirects are not followed, because that would forward the key. Set the final address with --server.',
  ],
  ['ERR_PROTOCOL', /./, 'Check the server address: `miso config` shows it and where it came from.'],
];

/** Adds a hint to an error that has none, if one is known. */
export function withAdvice<E extends Omit<ErrorSummary, 'retryable'>>(error: E): E {
  if (error.hint !== undefined) return error;
  const found = advice.find(([code, message]) => code === error.code && message.test(error.message));
  return found === undefined ? error : { ...error, hint: found[2] };
}
