import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { UsageError } from '../../errors.ts';
import { ServerLoad } from '../load/server-load.ts';
import { checkOptions, type SandboxOptions } from '../options.ts';
import { Store, type Users } from '../store/store.ts';
import { Tasks } from '../store/tasks.ts';
import { BrowserGuard } from './browser-guard.ts';
import { deliver, type Sleep, send } from './deliver.ts';
import { message } from './replies.ts';
import { RequestHandler } from './request-handler.ts';
import { type RecordedRequest, RequestLog, type Stats } from './request-log.ts';

export type { SandboxOptions } from '../options.ts';

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:12345`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** A key that it accepts. */
  readonly key: string;
  readonly users: Users;
  /** The latest requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  readonly stats: Stats;
  /**
   * Closes all connections and writes what is still queued. Throws OutputError when the data file cannot be
   * written.
   */
  close(): Promise<void>;
}

const anyKey = 'sandbox';
const defaultRecord = 10_000;
const idleConnectionMs = 65_000; // longer than clients keep an idle connection, so that none closes during a request

/**
 * Starts a local Miso. Throws UsageError for invalid options, a port in use, or a data file that cannot be
 * used.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkOptions(options);
  const { host = '127.0.0.1', port = 0, clock = Date.now, sleep = pause, faults = { faults: [] } } = options;
  const delays = { task: options.taskDelay ?? 0, ...faults.delays };
  const rate = options.rate === undefined ? {} : { rate: { perSecond: options.rate } };
  const store = new Store({ clock, ...(delays.ids === undefined ? {} : { idsDelay: delays.ids }) });
  const tasks = new Tasks(delays);
  const log = new RequestLog(options.record ?? defaultRecord);
  const handler = new RequestHandler(options, {
    service: { store, tasks, clock },
    load: new ServerLoad({ ...rate, ...faults }, { clock, sleep }),
    guard: new BrowserGuard(urlHost(host)),
    log,
  });
  let ready = Promise.resolve();
  const closing = new AbortController();
  // Each delayed reply listens.
  setMaxListeners(0, closing.signal);
  const server = createServer({ keepAliveTimeout: idleConnectionMs }, (request, response) => {
    const exchange = { request, response, handler, log, options, closing: closing.signal };
    ready.then(
      () => answer(exchange),
      () => response.destroy(),
    );
  });
  await listen(server, host, port); // before the data file is opened, which a sandbox on this port may be using
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
    get users() {
      tasks.runDue(clock());
      return store;
    },
    requests: log.entries,
    stats: log,
    close() {
      closed ??= stop(server, closing).then(() => {
        tasks.runDue(Number.POSITIVE_INFINITY); // a restart loses no work that is queued
        return store.close();
      });
      return closed;
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly handler: RequestHandler;
  readonly log: RequestLog;
  readonly options: SandboxOptions;
  readonly closing: AbortSignal;
}

/** Handles one request completely. Never rejects: an error affects only this request. */
async function answer({ request, response, handler, log, options, closing }: Exchange): Promise<void> {
  const { latency = 0, sleep = pause, clock = Date.now, onRequest } = options;
  const startedAt = clock();
  const call = log.start();
  let entry: RecordedRequest | undefined;
  response.once('close', () => {
    log.finish();
    if (entry !== undefined) onRequest?.(entry, clock() - startedAt);
  });
  try {
    const answered = await handler.handle(request, closing);
    if (answered === undefined) return;
    const { method, path, reply, delivery, records, ids, fault, applied } = answered;
    entry = { call, method, path, status: reply.status, records, ids, applied };
    if (fault !== undefined) entry = { ...entry, fault: fault.action.do };
    log.record(entry);
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
  const reason = cause.code === 'EADDRINUSE' ? 'it is already in use' : cause.message;
  return new UsageError(`The sandbox cannot listen on port ${port} of ${host}: ${reason}.`, {
    hint: 'Choose another port, or port 0 for any free one.',
    cause,
  });
}

/** An address that a client on this machine can call. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : urlHost(host);
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function stop(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
