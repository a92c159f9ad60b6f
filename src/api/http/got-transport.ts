import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import got, { type Got, type Request, type Response } from 'got';
import type { Call } from '../call.ts';
import { authorities } from './address.ts';
import type { RawReply } from './classify-reply.ts';
import { describeNetworkFailure, errorWithCode } from './network-failure.ts';
import { type BodyReader, TextBody } from './reply-body.ts';
import type { ConnectionSettings, Transport } from './transport.ts';
import { TunnelAgent } from './tunnel-agent.ts';

/**
 * The only HTTP client. The key is sent in the X-API-KEY header only. Redirects are not followed, because got
 * would send the header along. Nothing is retried here, because that is up to the caller.
 */
export function createTransport(settings: ConnectionSettings): Transport {
  const client = createClient(settings);
  const { server, timeoutMs } = settings;
  let proven = false;
  return async (call, signal) => {
    signal?.throwIfAborted();
    try {
      const request = client.stream(urlOf(server, call), {
        method: call.method,
        ...(call.body === undefined
          ? {}
          : { body: call.body, headers: { 'content-type': 'application/json' } }),
      });
      const reply = await exchange(request, { call, timeoutMs, signal });
      proven = true;
      return reply;
    } catch (error) {
      signal?.throwIfAborted();
      return describeNetworkFailure(error, { ...settings, proven });
    }
  };
}

function createClient(settings: ConnectionSettings): Got {
  const { ca, proxy, timeoutMs, connections } = settings;
  const options: AgentOptions = { keepAlive: true, maxSockets: connections, scheduling: 'lifo' };
  const https =
    proxy === undefined
      ? new HttpsAgent(options)
      : new TunnelAgent(options, { proxy: new URL(proxy), timeoutMs, ca });
  return got.extend({
    headers: { 'x-api-key': settings.apiKey, 'user-agent': settings.userAgent, accept: 'application/json' },
    agent: { http: new HttpAgent(options), https },
    https: ca === undefined ? {} : { certificateAuthority: authorities(ca) },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
  });
}

interface ExchangeOptions {
  readonly call: Call;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits for the whole reply. The timeout covers everything: name lookup, connection, the proxy, TLS and the
 * last byte. got's own timeouts miss the time before there is a socket.
 */
function exchange(request: Request, { call, timeoutMs, signal }: ExchangeOptions): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    let response: Response | undefined;
    let body: BodyReader = new TextBody();
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
      request.destroy();
    };
    const onAbort = () => fail(signal?.reason);
    const timer = setTimeout(() => fail(errorWithCode('ETIMEDOUT')), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    request.once('response', (received: Response) => {
      response = received;
      if (received.ok && call.readBody) body = call.readBody();
    });
    request.on('data', (chunk: Buffer) => {
      try {
        body.write(chunk);
      } catch (error) {
        fail(error);
      }
    });
    request.once('end', () => {
      if (response === undefined) return;
      settle();
      try {
        resolve(replyOf(response, body.end()));
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', fail);
    request.once('close', () => fail(errorWithCode('ECONNRESET')));
  });
}

function replyOf({ statusCode, headers }: Response, body: string): RawReply {
  const { location, date } = headers;
  return { status: statusCode, body, retryAfter: headers['retry-after'], location, date };
}

function urlOf(server: string, call: Call): string {
  const query = call.query === undefined ? '' : new URLSearchParams(call.query).toString();
  return `${server}/${call.path}${query === '' ? '' : `?${query}`}`;
}
