import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { UsageError } from '../../errors.ts';
import { checkOptions, type SandboxOptions } from '../options.ts';
import { Store, type Users } from '../store/store.ts';
import { Tasks } from '../store/tasks.ts';
import { deliver, type Sleep, send } from './deliver.ts';
import { message } from './replies.ts';
import { RequestHandler } from './request-handler.ts';
import { type RecordedRequest, RequestLog, type Stats } from './request-log.ts';

export type { SandboxOptions } from '../options.ts';

/** A sandbox that is listening. */
export interface Sandbox {
  /** `http://127.0.0.1:12345`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** A key that it accepts. */
  readonly key: string;
  readonly users: Users;
  /** The latest requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  readonly stats: Stats;
  /** Drops every connection and writes what is still to be written. Throws OutputError when the data file cannot be. */
  close(): Promise<void>;
}

const anyKey = 'sandbox';
const defaultRecord = 10_000;
const idleConnectionMs = 65_000; // longer than clients keep an idle connection, so that none is closed under a request

/** Starts a local Miso. Throws a UsageError for options it cannot have, a port in use, or a data file it cannot use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkOptions(options);
  const { host = '127.0.0.1', port = 0, clock = Date.now } = options;
  const store = new Store();
  let ready = Promise.resolve();
  const closing = new AbortController();
  const log = new RequestLog(options.record ?? defaultRecord);
  const desk = new RequestHandler(options, { store, tasks: new Tasks(options.taskDelay ?? 0), clock }, log);
  const server = createServer({ keepAliveTimeout: idleConnectionMs }, (request, response) => {
    const exchange = { request, response, desk, log, options, closing: closing.signal };
    ready.then(
      () => answer(exchange),
      () => response.destroy(),
    );
  });
  await listen(server, host, port); // before the data file is touched, which a sandbox on this port may be using
  if (options.data !== undefined) ready = store.persistTo(options.data);
  try {
    await ready;
  } catch (cause) {
    await stop(server, closing);
    throw cause;
  }

  const { port: ownPort } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${reachable(host)}:${ownPort}`,
    port: ownPort,
    key: options.key ?? anyKey,
    users: store,
    requests: log.entries,
    stats: log,
    close() {
      closed ??= stop(server, closing).then(() => store.close());
      return closed;
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly desk: RequestHandler;
  readonly log: RequestLog;
  readonly options: SandboxOptions;
  readonly closing: AbortSignal;
}

/** One request from its arrival to its end. Never rejects: whatever goes wrong costs this request alone. */
async function answer({ request, response, desk, log, options, closing }: Exchange): Promise<void> {
  const { latency = 0, sleep = pause, clock = Date.now, onRequest } = options;
  const arrivedAt = clock();
  const call = log.arrive();
  let entry: RecordedRequest | undefined;
  response.once('close', () => {
    log.leave();
    if (entry !== undefined) onRequest?.(entry, clock() - arrivedAt);
  });
  try {
    const received = await desk.receive(request);
    if (received === undefined) return;
    const { method, path, reply, delivery, records, ids, fault, applied } = received;
    entry = { call, method, path, status: reply.status, records, ids, applied };
    if (fault !== undefined) entry = { ...entry, fault: fault.action.do };
    log.keep(entry);
    if (latency > 0) await sleep(latency, closing);
    await deliver(response, { reply, delivery }, { sleep, closing });
  } catch (error) {
    if (closing.aborted || response.headersSent) response.destroy();
    else send(response, message(500, `The sandbox failed: ${String(error)}`));
  }
}

const pause: Sleep = (ms, signal) => wait(ms, undefined, { signal });

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(cause, host, port)));
    server.listen(port, host);
  });
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): UsageError {
  const place = `port ${port} of ${host}`;
  const hint = 'Choose another port, or port 0 for any that is free.';
  if (cause.code === 'EADDRINUSE') {
    return new UsageError(`The sandbox cannot listen on ${place}: another program does already.`, {
      hint,
      cause,
    });
  }
  return new UsageError(`The sandbox cannot listen on ${place}: ${cause.message}.`, { hint, cause });
}

/** An address that a client can call: a server that listens everywhere is found at home. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function stop(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
