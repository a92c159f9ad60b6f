import { maxReplyBytes, ReplyTooLargeError } from './reply-body.ts';
import type { ConnectionSettings, NetworkFailure } from './transport.ts';
import { ProxyError } from './tunnel-agent.ts';

/**
 * Codes of certificates that are not trusted: those of OpenSSL's X509 checks, and Node's check of the name.
 */
const untrusted =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/;

/** OpenSSL's messages for a server that does not use TLS at all, mostly a plain HTTP server. */
const notTls = /wrong version number|packet length too long|http request/;
/** TLS failures that may be temporary. */
const passingTls = /internal error|decrypt|bad record mac/i;

/** What is known about a failed connection. */
interface FailedConnection extends Pick<ConnectionSettings, 'server' | 'proxy'> {
  /** Whether any call of the session got a reply before. */
  readonly proven?: boolean;
}

type Description = Pick<NetworkFailure, 'message' | 'retryable' | 'hint'>;

/** An error as Node creates it. */
export function errorWithCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Describes which connection failed and why, and whether a retry may help. */
export function describeNetworkFailure(error: unknown, connection: FailedConnection): NetworkFailure {
  const { server, proxy, proven = false } = connection;
  const code = codeOf(error);
  const atProxy = findCause(error, ProxyError);
  const host = new URL(server).host;
  const peer = {
    host: proxy !== undefined && atProxy ? `the proxy ${new URL(proxy).host}` : host,
    // Through a proxy, it is unknown which side failed.
    route: proxy !== undefined && !atProxy ? ` through the proxy ${new URL(proxy).host}` : '',
    isProxy: atProxy !== undefined,
    proven,
    code,
  };
  const description =
    (findCause(error, ReplyTooLargeError) && tooLarge(host)) ??
    (atProxy && proxyFailure(atProxy, new URL(proxy ?? server))) ??
    tlsFailure(error, peer) ??
    connectionFailure(error, peer);
  return { kind: 'network', code, ...description };
}

interface Peer {
  readonly host: string;
  readonly route: string;
  readonly isProxy: boolean;
  readonly proven: boolean;
  readonly code: string;
}

function tooLarge(host: string): Description {
  const limit = `${maxReplyBytes / 1024 ** 2} MiB`;
  return {
    retryable: false,
    message: `the reply of ${host} is larger than ${limit}`,
    hint: 'Check the server address: `miso config` shows it and where it came from.',
  };
}

/** The proxy's own replies to CONNECT. Undefined for a connection to it that failed. */
function proxyFailure({ code, status }: ProxyError, proxy: URL): Description | undefined {
  const name = `the proxy ${proxy.host}`;
  if (status === 407) {
    return {
      retryable: false,
      message: `${name} requires authentication (HTTP 407)`,
      hint:
        proxy.username === ''
          ? `Add the credentials: HTTPS_PROXY=${proxy.protocol}//name:password@${proxy.host}`
          : 'Check the name and password in HTTPS_PROXY; special characters must be percent-encoded.',
    };
  }
  if (status !== undefined) {
    return {
      // The proxy may reach the server later.
      retryable: status >= 500 || status === 429,
      message: `${name} did not open a connection (HTTP ${status})`,
      hint: 'Ask the administrator of the proxy to allow this server, or list the server in NO_PROXY to bypass the proxy.',
    };
  }
  if (code !== 'EPROXY') return undefined;
  return {
    retryable: false,
    message: `${name} is not an HTTP proxy`,
    hint: 'Check the address and the port in HTTPS_PROXY.',
  };
}

function tlsFailure(error: unknown, { host, route, isProxy, proven, code }: Peer): Description | undefined {
  if (untrusted.test(code)) {
    return {
      retryable: false,
      message: `the certificate of ${host} is not trusted (${code})`,
      hint: 'If a proxy or your own authority signed it, add its certificate with --ca-file.',
    };
  }
  const text = error instanceof Error ? error.message : '';
  if (notTls.test(text)) {
    return {
      // After a reply, the address is known to be correct. A gateway in front of the server may be starting
      // up.
      retryable: proven,
      message: `${host} does not speak TLS${route} (${code})`,
      hint: isProxy
        ? 'The address of a proxy usually starts with http://, even for https.'
        : 'For a server on this machine, the address may start with http://.',
    };
  }
  if (!/^(ERR_SSL_|EPROTO)/.test(code) || proven || passingTls.test(`${code} ${text}`)) return undefined;
  return { retryable: false, message: `no TLS connection to ${host}${route} (${code}${detail(error)})` };
}

function connectionFailure(error: unknown, { host, route, code }: Peer): Description {
  return { retryable: true, message: wording(error, { code, host, route }) };
}

function wording(error: unknown, { code, host, route }: Pick<Peer, 'code' | 'host' | 'route'>): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `${host} refused the connection (ECONNREFUSED)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name of ${host} cannot be resolved (${code})`;
    case 'ETIMEDOUT':
      return `${host} did not reply in time${route} (ETIMEDOUT)`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection to ${host} was closed${route} (${code})`;
    default:
      return `no reply from ${host}${route} (${code}${detail(error)})`;
  }
}

function detail(error: unknown): string {
  return error instanceof Error ? `: ${error.message.trim()}` : '';
}

/** An error and its causes. */
function* causesOf(error: unknown): Generator<object> {
  for (let e = error; typeof e === 'object' && e !== null; e = (e as { cause?: unknown }).cause) yield e;
}

function findCause<E extends Error>(
  error: unknown,
  type: abstract new (...args: never[]) => E,
): E | undefined {
  return [...causesOf(error)].find((cause) => cause instanceof type) as E | undefined;
}

function codeOf(error: unknown): string {
  for (const { code } of causesOf(error) as Iterable<{ code?: unknown }>) {
    if (typeof code === 'string' && !code.startsWith('ERR_GOT') && code !== 'ERR_READING_RESPONSE_STREAM')
      return code;
  }
  return 'ENETWORK';
}
