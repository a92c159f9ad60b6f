import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { orAbort } from '../../abort.ts';
import { addressOf, authorities, hostAndPort, serverNameOf } from './address.ts';
import { describeNetworkFailure, errorWithCode } from './network-failure.ts';
import type { ConnectionSettings } from './transport.ts';
import { openTunnel, ProxyError } from './tunnel-agent.ts';

export type ProbeStep = 'dns' | 'tcp' | 'proxy' | 'tls';

/** The result of one step of a connection. */
export type StepResult = {
  readonly step: ProbeStep;
  readonly ms: number;
} & ({ readonly detail: string } | { readonly failure: string; readonly hint?: string | undefined });

export interface ProbeOptions {
  readonly connection: Pick<ConnectionSettings, 'server' | 'proxy' | 'ca' | 'timeoutMs'>;
  /** A monotonic clock, in milliseconds. */
  readonly monotonic: () => number;
  /** Wall clock, for the dates of a certificate. */
  readonly now: number;
  readonly signal: AbortSignal;
}

type Step = readonly [step: ProbeStep, run: () => Promise<string>];

/**
 * Connects to the server step by step, until one fails. Sends nothing except CONNECT to a proxy. Throws the
 * reason when `signal` aborts.
 */
export async function* probeConnection(options: ProbeOptions): AsyncGenerator<StepResult> {
  const { connection, monotonic, signal } = options;
  const open: Socket[] = [];
  try {
    for (const [step, run] of stepsOf(options, open)) {
      const start = monotonic();
      const elapsed = () => Math.round(monotonic() - start);
      try {
        const detail = await orAbort(withinTimeout(run(), connection.timeoutMs), signal);
        yield { step, ms: elapsed(), detail };
      } catch (error) {
        signal.throwIfAborted();
        const { message, hint } = describeNetworkFailure(error, connection);
        return yield { step, ms: elapsed(), failure: message, hint };
      }
    }
  } finally {
    // In reverse order: Node crashes if the socket below a TLS connection is destroyed before it.
    for (const socket of open.reverse()) socket.destroy();
  }
}

function stepsOf({ connection, now }: ProbeOptions, open: Socket[]): readonly Step[] {
  const { server, ca, timeoutMs } = connection;
  const proxy = connection.proxy === undefined ? undefined : new URL(connection.proxy);
  const target = addressOf(new URL(server));
  const first = proxy === undefined ? target : addressOf(proxy);
  let tunnel: Socket | undefined;
  const opened = <S extends Socket>(socket: S): S => {
    // A socket that fails after its step must not end the process.
    socket.on('error', () => {});
    open.push(socket);
    return socket;
  };
  const toFirst = (work: () => Promise<string>) => async () => {
    try {
      return await work();
    } catch (error) {
      if (proxy === undefined) throw error;
      const { message, code } = error as NodeJS.ErrnoException;
      throw new ProxyError(message, { ...(code === undefined ? {} : { code }), cause: error });
    }
  };
  const steps: Step[] = [
    [
      'dns',
      toFirst(async () => {
        const found = await lookup(first.host, { all: true });
        return `${first.host} is ${found.map(({ address }) => address).join(', ')}`;
      }),
    ],
    [
      'tcp',
      toFirst(async () => {
        const socket = opened(connectTcp(first));
        await event(socket, 'connect');
        return `connected to ${socket.remoteAddress} port ${first.port}`;
      }),
    ],
  ];
  if (proxy !== undefined) {
    steps.push([
      'proxy',
      async () => {
        const name = hostAndPort(target);
        tunnel = opened(await openTunnel(name, { proxy, timeoutMs, ca }));
        return `${proxy.host} opened a tunnel to ${name}`;
      },
    ]);
  }
  if (new URL(server).protocol === 'https:') {
    steps.push([
      'tls',
      async () => {
        const base = tunnel === undefined ? target : { socket: tunnel };
        const socket = opened(connectTls({ ...base, ...serverNameOf(target.host), ca: authorities(ca) }));
        await event(socket, 'secureConnect');
        return certificateText(socket, now);
      },
    ]);
  }
  return steps;
}

function certificateText(socket: TLSSocket, now: number): string {
  const { issuer, valid_to: end } = socket.getPeerCertificate();
  const days = Math.floor((Date.parse(end) - now) / 86_400_000);
  const name = issuer?.O ?? issuer?.CN ?? 'an unnamed authority';
  return `${socket.getProtocol()}, certificate by ${name}, valid for ${days} more days`;
}

function event(socket: Socket, name: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(name, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(errorWithCode('ECONNRESET')));
  });
}

function withinTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(errorWithCode('ETIMEDOUT')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
