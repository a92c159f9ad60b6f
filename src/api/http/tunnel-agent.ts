import type { ClientRequestArgs } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { addressOf, authorities, hostAndPort, serverNameOf } from './address.ts';

/** The error for a tunnel that the proxy did not open. */
export class ProxyError extends Error {
  /** EPROXY, or Node's code of a failed connection to the proxy. */
  readonly code: string;
  /** The proxy's reply to CONNECT, if there was one. */
  readonly status: number | undefined;

  constructor(message: string, options: { code?: string; status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = options.code ?? 'EPROXY';
    this.status = options.status;
  }
}

interface TunnelSettings {
  readonly proxy: URL;
  /** Milliseconds for the proxy to open a tunnel. */
  readonly timeoutMs: number;
  /** Additional CA certificates, in PEM, for a proxy that is reached by https. */
  readonly ca: string | undefined;
}

/**
 * An agent whose connections go through a proxy (CONNECT). Anything except a tunnel is a ProxyError. A reply
 * of the proxy cannot be mistaken for one of the server, because TLS only uses an open tunnel.
 */
export class TunnelAgent extends HttpsAgent {
  readonly #settings: TunnelSettings;

  constructor(options: AgentOptions, settings: TunnelSettings) {
    super(options);
    this.#settings = settings;
  }

  // Node also accepts a callback with the socket. The types only allow returning it.
  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | undefined {
    const target = hostAndPort({ host: options.host ?? '', port: Number(options.port) });
    openTunnel(target, this.#settings).then(
      (socket) => callback?.(null, super.createConnection({ ...options, socket } as ClientRequestArgs)!),
      (error) => callback?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

/** Max length of the head of a proxy's reply, in bytes. */
const maxHeadBytes = 16 * 1024;
const headEnd = Buffer.from('\r\n\r\n');
const statusLine = /^HTTP\/1\.[01] (\d{3})(?: [^\r\n]*)?\r\n/;
/** The start of each reply, or a prefix of it. */
const protocol = 'HTTP/1.';

/** Opens a connection to `target` (host:port) through the proxy. Rejects with ProxyError. */
export function openTunnel(target: string, { proxy, timeoutMs, ca }: TunnelSettings): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectToProxy(proxy, ca);
    let head = Buffer.alloc(0);
    const timer = setTimeout(() => fail(new ProxyError('timeout', { code: 'ETIMEDOUT' })), timeoutMs);
    const settle = () => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('close', onClose);
    };
    const fail = (error: ProxyError) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onClose = () => fail(new ProxyError('the proxy closed the connection', { code: 'ECONNRESET' }));
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(headEnd);
      const text = head.toString('latin1', 0, Math.min(end === -1 ? head.length : end + 4, maxHeadBytes));
      const isHttp = text.startsWith(protocol.slice(0, text.length));
      if (!isHttp || (end === -1 && head.length > maxHeadBytes)) return fail(new ProxyError('not HTTP'));
      if (end === -1) return;
      const status = Number(statusLine.exec(text)?.[1]);
      if (Number.isNaN(status)) return fail(new ProxyError('not HTTP'));
      if (status !== 200) return fail(new ProxyError(`HTTP ${status}`, { status }));
      settle();
      socket.pause();
      socket.unshift(head.subarray(end + headEnd.length));
      resolve(socket);
    };
    // Never removed, because an error event without a listener would end the process.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      fail(new ProxyError(error.message, { code: error.code ?? 'EPROXY', cause: error })),
    );
    socket.on('close', onClose);
    socket.on('data', onData);
    socket.write(connectRequest(target, proxy));
  });
}

function connectToProxy(proxy: URL, ca: string | undefined): Socket {
  const address = addressOf(proxy);
  if (proxy.protocol === 'http:') return connectTcp(address);
  return connectTls({
    ...address,
    ...serverNameOf(address.host),
    ALPNProtocols: ['http/1.1'],
    ca: authorities(ca),
  });
}

function connectRequest(target: string, { username, password }: URL): string {
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization =
    credentials === ':'
      ? ''
      : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`;
  return `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}Proxy-Connection: keep-alive\r\n\r\n`;
}
