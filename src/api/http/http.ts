import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import got, { type Got } from 'got';
import { describeNetworkFailure } from './network-failure.ts';
import type { Call, ConnectionSettings, Transport } from './transport.ts';

/**
 * The one place that speaks HTTP. The key travels in the X-API-KEY header alone, redirects are not followed
 * (got would send the header along), and nothing is retried here: what may be tried again is for the caller to judge.
 */
export async function connect(settings: ConnectionSettings): Promise<Transport> {
  const client = await createGot(settings);
  let proven = false;
  return async (call, signal) => {
    try {
      const response = await client(urlOf(settings.server, call), {
        method: call.method,
        ...(call.body === undefined
          ? {}
          : { body: call.body, headers: { 'content-type': 'application/json' } }),
        ...(signal ? { signal } : {}),
      });
      proven = true;
      return {
        status: response.statusCode,
        body: response.body,
        retryAfter: response.headers['retry-after'],
        location: response.headers.location,
      };
    } catch (error) {
      signal?.throwIfAborted();
      return describeNetworkFailure(error, { ...settings, proven });
    }
  };
}

async function createGot(settings: ConnectionSettings): Promise<Got> {
  const options: AgentOptions = { keepAlive: true, maxSockets: settings.connections, scheduling: 'lifo' };
  return got.extend({
    headers: { 'x-api-key': settings.apiKey, 'user-agent': settings.userAgent, accept: 'application/json' },
    agent: { http: new HttpAgent(options), https: await httpsAgent(settings, options) },
    https: settings.ca === undefined ? {} : { certificateAuthority: [...rootCertificates, settings.ca] },
    timeout: { request: settings.timeoutMs },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    responseType: 'text',
  });
}

async function httpsAgent(settings: ConnectionSettings, options: AgentOptions): Promise<HttpsAgent> {
  if (settings.proxy === undefined) return new HttpsAgent(options);
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(settings.proxy, options) as unknown as HttpsAgent;
}

function urlOf(server: string, call: Call): string {
  const query = call.query === undefined ? '' : new URLSearchParams(call.query).toString();
  return `${server}/${call.path}${query === '' ? '' : `?${query}`}`;
}
