import type { IncomingMessage } from 'node:http';
import type { Service } from '../endpoints.ts';
import { type FaultRule, Faults } from '../faults/fault-rules.ts';
import { seededRandom } from '../faults/random.ts';
import { TokenBucket } from '../load/rate-limit.ts';
import type { SandboxOptions } from '../options.ts';
import { readBody } from './body.ts';
import { type Handled, handle, plain } from './call-handler.ts';
import { defaultReply, message, type Reply } from './replies.ts';
import type { RequestLog } from './request-log.ts';
import { parseTarget, type Route, resourceAt, withoutKey } from './routes.ts';

const defaultMaxBytes = 10 * 1024 * 1024;
const defaultSeed = 1;

/** A request that was answered, and what the log calls it. */
export interface Received extends Handled {
  readonly method: string;
  /** Without any key. */
  readonly path: string;
}

/** Takes in requests: key, path, method and rate first, in the order of arrival, then the body. */
export class RequestHandler {
  readonly #service: Service;
  readonly #log: RequestLog;
  readonly #key: string | undefined;
  readonly #maxBytes: number;
  readonly #bucket: TokenBucket | undefined;
  readonly #faults: Faults;
  readonly #random: () => number;

  constructor(options: SandboxOptions, service: Service, log: RequestLog) {
    const { rate, faults, fail = 0 } = options;
    const always: FaultRule = { on: 'any', action: { do: 'status', status: 500 }, probability: fail / 100 };
    this.#service = service;
    this.#log = log;
    this.#key = options.key;
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    this.#bucket = rate === undefined ? undefined : new TokenBucket(rate, service.clock());
    this.#faults = new Faults([...(faults?.faults ?? []), ...(fail === 0 ? [] : [always])]);
    this.#random = seededRandom(options.seed ?? faults?.seed ?? defaultSeed);
  }

  /** Answers a request; undefined when the client went away before it was whole. */
  async receive(request: IncomingMessage): Promise<Received | undefined> {
    const { method = 'GET', url = '/' } = request;
    const target = parseTarget(url);
    const seen = { method, path: withoutKey(target) };
    const draw = seededRandom(this.#random() * 2 ** 32); // drawn by every request, so that one fault moves no other
    const query = new URLSearchParams(target.query);
    const admitted = this.#admit(request, method, { path: target.path, query });

    const body = await readBody(request, this.#maxBytes);
    if (body === 'gone') return undefined;
    if ('status' in admitted) return { ...seen, ...plain(admitted) };
    if (Buffer.isBuffer(body)) this.#log.bytes += body.length;
    return { ...seen, ...handle({ route: admitted, query, body, draw }, this.#service, this.#faults) };
  }

  #admit(
    request: IncomingMessage,
    method: string,
    { path, query }: { path: string; query: URLSearchParams },
  ): Route | Reply {
    if (method !== 'OPTIONS' && !this.#accepts(request.headers['x-api-key'] ?? query.get('api_key'))) {
      return defaultReply(401);
    }
    const resource = resourceAt(path);
    if (resource === 'unreadable') return message(400, 'The percent-encoding of the path is broken.');
    if (resource === undefined) return defaultReply(404);
    const route = resource.get(method === 'HEAD' ? 'GET' : method);
    if (route === undefined) {
      const headers = { Allow: [...resource.keys(), 'OPTIONS'].join(', ') };
      if (method === 'OPTIONS') return { status: 204, body: '', type: 'text/plain', headers };
      return { ...defaultReply(405), headers };
    }
    const seconds = this.#bucket?.take(this.#service.clock()) ?? 0;
    if (seconds === 0) return route;
    this.#log.limited += 1;
    return { ...defaultReply(429), headers: { 'Retry-After': String(seconds) } };
  }

  #accepts(key: string | string[] | null): boolean {
    return typeof key === 'string' && key !== '' && (this.#key === undefined || key === this.#key);
  }
}
