import type { ErrorSummary } from '../../errors.ts';

/** What can be done about errors that come from outside: the first line that fits what was said counts. */
const advice: readonly (readonly [code: string, said: RegExp, hint: string])[] = [
  [
    'ERR_ACCESS',
    /HTTP 401/,
    '`miso config` shows which key is used and where it came from. Each environment of Miso has a key of its own: copy the secret one from the dashboard.',
  ],
  [
    'ERR_ACCESS',
    /HTTP 403/,
    'The User APIs need the secret key of an environment that may be written to: a publishable key, and the key of the playground, are refused. A firewall or proxy on the way can answer 403 too; then the message is its own.',
  ],
  [
    'ERR_UNAVAILABLE',
    /proxy/,
    'HTTPS_PROXY and NO_PROXY say which proxy is used: check its address, and that it runs.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ECONNREFUSED/,
    'Is the server running, and the address right? `miso config` shows which one is used and where it came from.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ENOTFOUND|EAI_AGAIN/,
    'Check the address for a slip, and the network and DNS of this machine. Behind a proxy, set HTTPS_PROXY.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'A firewall that swallows connections looks like this: behind a proxy, set HTTPS_PROXY. --timeout gives a slow server more time.',
  ],
  [
    'ERR_UNAVAILABLE',
    /ERR_SSL|EPROTO|TLS/,
    'The other side does not speak TLS as it should: is the address, with its port, right?',
  ],
  [
    'ERR_UNAVAILABLE',
    /./,
    'Miso, or a gateway before it, is in trouble: try again later. --retries 20 waits longer by itself.',
  ],
  ['ERR_PROTOCOL', /HTTP 407/, 'The proxy asks who you are: HTTPS_PROXY=http://name:password@host:port.'],
  [
    'ERR_PROTOCOL',
    /redirect/,
    'Redirects are not followed, because the key would go along: name the right address with --server.',
  ],
  [
    'ERR_PROTOCOL',
    /./,
    'Is the server address right? `miso config` shows which one is used and where it came from.',
  ],
];

/** The same error with a hint on what to do, where it brings none and one is known. */
export function withAdvice<E extends Omit<ErrorSummary, 'retryable'>>(error: E): E {
  if (error.hint !== undefined) return error;
  const found = advice.find(([code, said]) => code === error.code && said.test(error.message));
  return found === undefined ? error : { ...error, hint: found[2] };
}
