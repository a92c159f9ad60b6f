import type { IncomingMessage } from 'node:http';
import type { Service } from '../endpoints.ts';
import { type FaultRule, Faults } from '../faults/fault-rules.ts';
import { seededRandom } from '../faults/random.ts';
import type { ServerLoad } from '../load/server-load.ts';
import type { SandboxOptions } from '../options.ts';
import { type Body, readBody } from './body.ts';
import type { BrowserGuard } from './browser-guard.ts';
import { type Handled, type IncomingCall, parseRequest, withoutCall } from './call-handler.ts';
import { defaultReply, gatewayPage, message, type Reply } from './replies.ts';
import type { RequestLog } from './request-log.ts';
import { parseTarget, type Route, resourceAt, type Target, withoutKey } from './routes.ts';

const defaultMaxBytes = 10 * 1024 * 1024;
const defaultSeed = 1;

/** A request that was answered, and how the log names it. */
export interface AnsweredRequest extends Handled {
  readonly method: string;
  /** Without any key. */
  readonly path: string;
}

export interface RequestHandlerDeps {
  readonly service: Service;
  readonly load: ServerLoad;
  readonly guard: BrowserGuard;
  readonly log: RequestLog;
}

/** Handles requests: origin, key, path, method and rate first, in the order of arrival, then the body. */
export class RequestHandler {
  readonly #deps: RequestHandlerDeps;
  readonly #key: string | undefined;
  readonly #maxBytes: number;
  readonly #faults: Faults;
  readonly #random: () => number;

  constructor(options: SandboxOptions, deps: RequestHandlerDeps) {
    const { faults, fail = 0 } = options;
    const failRule: FaultRule = { on: 'any', action: { do: 'status', status: 500 }, probability: fail / 100 };
    this.#deps = deps;
    this.#key = options.key;
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    this.#faults = new Faults([...(faults?.faults ?? []), ...(fail === 0 ? [] : [failRule])]);
    this.#random = seededRandom(options.seed ?? faults?.seed ?? defaultSeed);
  }

  /** Answers a request; undefined when the client disconnected before all of it arrived. */
  async handle(request: IncomingMessage, closing: AbortSignal): Promise<AnsweredRequest | undefined> {
    const { method = 'GET', url = '/' } = request;
    const target = parseTarget(url);
    const logged = { method, path: withoutKey(target) };
    // Every request consumes one number, so that a fault does not change the faults of later requests.
    const random = seededRandom(this.#random() * 2 ** 32);
    const query = new URLSearchParams(target.query);
    const admitted = this.#admit(request, { path: target.path, query });

    const body = await readBody(request, this.#maxBytes);
    if (body === 'gone') return undefined;
    if ('status' in admitted) return { ...logged, ...withoutCall(admitted) };
    if (Buffer.isBuffer(body)) this.#deps.log.bytes += body.length;
    if (!isJson(request, body)) return { ...logged, ...withoutCall(notJson) };
    return { ...logged, ...(await this.#serve({ route: admitted, query, body, random }, closing)) };
  }

  /** Executes a call when the server has the capacity for it. */
  async #serve(call: IncomingCall, closing: AbortSignal): Promise<Handled> {
    const { service, load, log } = this.#deps;
    const parsed = parseRequest(call, service, this.#faults);
    const served = await load.serve(parsed.records, closing, () => {
      service.tasks.runDue(service.clock());
      return parsed.answer();
    });
    if (served !== undefined) return served;
    log.overloaded += 1;
    return withoutCall(gatewayPage(503));
  }

  #admit(
    { method = 'GET', headers }: IncomingMessage,
    { path, query }: { path: Target['path']; query: URLSearchParams },
  ): Route | Reply {
    const refusal = this.#deps.guard.refuse(headers);
    if (refusal !== undefined) return refusal;
    if (method !== 'OPTIONS' && !this.#accepts(headers['x-api-key'] ?? query.get('api_key'))) {
      return defaultReply(401);
    }
    const resource = resourceAt(path);
    if (resource === 'unreadable') return message(400, 'The percent-encoding of the path is malformed.');
    if (resource === undefined) return defaultReply(404);
    const route = resource.get(method === 'HEAD' ? 'GET' : method);
    if (route === undefined) {
      const allowed = { Allow: [...resource.keys(), 'OPTIONS'].join(', ') };
      if (method === 'OPTIONS') return { status: 204, body: '', type: 'text/plain', headers: allowed };
      return { ...defaultReply(405), headers: allowed };
    }
    return this.#limit() ?? route;
  }

  /** The reply to a call beyond the rate limit. */
  #limit(): Reply | undefined {
    const { load, log } = this.#deps;
    const limited = load.admit();
    if (limited === undefined) return undefined;
    log.limited += 1;
    const { retryAfter } = limited;
    return retryAfter === undefined
      ? defaultReply(429)
      : { ...defaultReply(429), headers: { 'Retry-After': String(retryAfter) } };
  }

  #accepts(key: string | string[] | null): boolean {
    return typeof key === 'string' && key !== '' && (this.#key === undefined || key === this.#key);
  }
}

const notJson = message(415, 'Content-Type must be application/json.');

/** For any other content type, a web page can send a body to any address without a preflight request. */
function isJson({ headers }: IncomingMessage, body: Exclude<Body, 'gone'>): boolean {
  if (Buffer.isBuffer(body) && body.length === 0) return true;
  return /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}
