import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls';
import { describeNetworkFailure } from './network-failure.ts';
import type { ConnectionSettings } from './transport.ts';
import { openTunnel } from './tunnel-agent.ts';

export type ProbeStep = 'dns' | 'tcp' | 'proxy' | 'tls';

/** The result of one step on the way to the server. */
export type StepResult = {
  readonly step: ProbeStep;
  readonly ms: number;
} & ({ readonly detail: string } | { readonly failure: string; readonly hint?: string | undefined });

export interface ProbeOptions {
  readonly connection: Pick<ConnectionSettings, 'server' | 'proxy' | 'ca' | 'timeoutMs'>;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Wall clock, for the dates of a certificate. */
  readonly now: number;
}

type Step = readonly [step: ProbeStep, run: () => Promise<string>];

/** Connects to the server step by step, until one fails. Sends nothing but CONNECT to a proxy. */
export async function* probeConnection(options: ProbeOptions): AsyncGenerator<StepResult> {
  const { connection, monotonic } = options;
  const open: Socket[] = [];
  try {
    for (const [step, run] of stepsOf(options, open)) {
      const start = monotonic();
      const elapsed = () => Math.round(monotonic() - start);
      try {
        const detail = await withinTimeout(run(), connection.timeoutMs);
        yield { step, ms: elapsed(), detail };
      } catch (error) {
        const { message, hint } = describeNetworkFailure(error, connection);
        return yield { step, ms: elapsed(), failure: message, hint };
      }
    }
  } finally {
    // The last one first: Node crashes if the socket below a TLS connection is destroyed before it.
    for (const socket of open.reverse()) socket.destroy();
  }
}

function stepsOf({ connection, now }: ProbeOptions, open: Socket[]): readonly Step[] {
  const { server, proxy, ca, timeoutMs } = connection;
  const target = addressOf(server);
  const first = addressOf(proxy ?? server);
  const authorities = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  let tunnel: Socket | undefined;
  const opened = <S extends Socket>(socket: S): S => {
    // A failure of a socket that is no longer waited for must not end the process.
    socket.on('error', () => {});
    open.push(socket);
    return socket;
  };
  const steps: Step[] = [
    [
      'dns',
      async () => {
        const found = await lookup(first.host, { all: true });
        return `${first.host} is ${found.map(({ address }) => address).join(', ')}`;
      },
    ],
    [
      'tcp',
      async () => {
        const socket = opened(connectTcp(first));
        await event(socket, 'connect');
        return `connected to ${socket.remoteAddress} port ${first.port}`;
      },
    ],
  ];
  if (proxy !== undefined) {
    steps.push([
      'proxy',
      async () => {
        const host = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
        tunnel = opened(await openTunnel(`${host}:${target.port}`, { proxy: new URL(proxy), timeoutMs, ca }));
        return `${new URL(proxy).host} opened a tunnel to ${host}:${target.port}`;
      },
    ]);
  }
  if (new URL(server).protocol === 'https:') {
    steps.push([
      'tls',
      async () => {
        const servername = isIP(target.host) === 0 ? { servername: target.host } : {};
        const way = tunnel === undefined ? target : { socket: tunnel };
        const socket = opened(connectTls({ ...way, ...servername, ...authorities }));
        await event(socket, 'secureConnect');
        return certificateText(socket, now);
      },
    ]);
  }
  return steps;
}

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
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
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

function withinTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
