import type { ConnectionSettings, NetworkFailure } from './transport.ts';

const connecting = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const untrusted = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** OpenSSL's words for what is no TLS at all: a server of plain HTTP, mostly. */
const noTls = /wrong version number|packet length too long/;

/** What is known of a connection that failed. */
interface FailedConnection extends Pick<ConnectionSettings, 'server' | 'proxy'> {
  /** Whether any call was answered before. */
  readonly proven?: boolean;
}

/** Puts what Node says of a failed connection into words that name the server and what to look at. */
export function describeNetworkFailure(
  error: unknown,
  { server, proxy, proven = false }: FailedConnection,
): NetworkFailure {
  const code = codeOf(error);
  // With a proxy it is the proxy that is connected to, and whose name is looked up.
  const proxied = proxy !== undefined && connecting.has(code);
  const host = proxied ? `the proxy ${new URL(proxy).host}` : new URL(server).host;
  if (untrusted.has(code)) {
    return {
      kind: 'network',
      code,
      again: false,
      message: `the certificate of ${host} is not trusted (${code})`,
      hint: 'If a proxy or your own authority signs it, name its certificate with --ca-file.',
    };
  }
  if (error instanceof Error && noTls.test(error.message)) {
    return {
      kind: 'network',
      code,
      // Once anything was answered, the address is right, and whatever stands before it may be starting up.
      again: proven,
      ...(proxy?.startsWith('https:')
        ? {
            message: `the proxy ${new URL(proxy).host} does not speak TLS (${code})`,
            hint: 'The address of a proxy mostly begins with http://, also for https.',
          }
        : {
            message: `${host} does not speak TLS (${code})`,
            hint: 'If it is a server on this machine, its address may begin with http://.',
          }),
    };
  }
  return { kind: 'network', code, again: true, message: wording(code, host, error) };
}

function wording(code: string, host: string, error: unknown): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing answers at ${host} (ECONNREFUSED)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of ${host} cannot be resolved (${code})`;
    case 'ETIMEDOUT':
      return `${host} did not answer in time (ETIMEDOUT)`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection to ${host} was cut (${code})`;
    default:
      return `no answer from ${host} (${code}${error instanceof Error ? `: ${error.message}` : ''})`;
  }
}

function codeOf(error: unknown): string {
  for (let e: unknown = error; typeof e === 'object' && e !== null; e = (e as { cause?: unknown }).cause) {
    const code = (e as { code?: unknown }).code;
    if (typeof code === 'string' && !code.startsWith('ERR_GOT') && code !== 'ERR_READING_RESPONSE_STREAM')
      return code;
  }
  return 'ENETWORK';
}
