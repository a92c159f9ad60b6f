import { readFileSync } from 'node:fs';
import type { Server as HttpServer, RequestListener } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freshFolder, type RunOptions, run, writeAll } from './run.ts';

export const secretKey = 'sk-live-0123456789abcdef';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
/** The certificate of `httpsServer`, for --ca-file. */
export const certificate = fixture('server.pem');

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A TCP server that hands each connection to `onSocket`. Returns its port. */
export async function tcpServer(onSocket: (socket: Socket, nth: number) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket, sockets.size);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return await portOf(server);
}

/** An HTTP server. Returns its port. */
export function httpServer(listener: RequestListener): Promise<number> {
  return started(createHttpServer(listener));
}

/** An HTTPS server with its own certificate. Returns its port. */
export function httpsServer(listener: RequestListener): Promise<number> {
  const options = { cert: readFileSync(certificate), key: readFileSync(fixture('server.key')) };
  return started(createHttpsServer(options, listener));
}

function started(server: HttpServer): Promise<number> {
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return portOf(server);
}

/** Connects a socket of a proxy to a port of this machine, after the proxy's own words. */
export function openTunnel(
  socket: Socket,
  port: number,
  words = 'HTTP/1.1 200 Connection established\r\n\r\n',
): void {
  const upstream = connect(port, '127.0.0.1', () => {
    socket.write(words);
    socket.pipe(upstream).pipe(socket);
  });
  upstream.on('error', () => socket.destroy());
}

/** A folder with a `users.csv` of three users, and a command in it. */
export async function commandIn(env: Readonly<Record<string, string>>) {
  const cwd = await freshFolder();
  await writeAll(cwd, { 'users.csv': 'user_id,name\nu1,Ann\nu2,Bob\nu3,Cy\n' });
  const all = { MISO_API_KEY: secretKey, XDG_STATE_HOME: join(cwd, '.state'), ...env };
  return {
    cwd,
    miso: (args: readonly string[], options: RunOptions = {}) =>
      run(args, { cwd, ...options, env: { ...all, ...options.env } }),
  };
}

/** The summary that --json printed. */
export function summaryIn(stdout: string) {
  return JSON.parse(stdout) as {
    readonly error?: { code: string; message: string; hint?: string; retryable: boolean };
    readonly records: Readonly<Record<string, number>>;
    readonly requests: { sent: number; retried: number; failed: number };
    readonly resumable?: boolean;
    readonly exitCode: number;
  };
}
