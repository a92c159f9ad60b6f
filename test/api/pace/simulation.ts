import { setMaxListeners } from 'node:events';
import type { Throughput } from '../../../src/api/pace/limit-tracker.ts';
import { createSend } from '../../../src/api/session.ts';
import { full } from '../../effort.ts';
import { answer } from '../fake-server.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';

/** Milliseconds per request that the program itself takes, one after the other. */
const programMs = 1;

/** How a simulated server treats one request. All times are in milliseconds. */
export type Server = (clock: VirtualClock) => () => Promise<ReturnType<typeof answer>>;

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A server without limits, far away. `ms` is asked for each request. */
export function distant(ms: () => number): Server {
  return (clock) => async () => {
    await clock.sleep(ms());
    return answer(200);
  };
}

/** Workers with a queue; beyond it, requests are refused with 503. `workers` is asked whenever one is free. */
export function pool(options: {
  readonly workers: (now: number) => number;
  readonly ms: () => number;
  readonly queue: number;
}): Server {
  return (clock) => {
    const start = clock.monotonic();
    const waiting: (() => void)[] = [];
    let busy = 0;
    const free = () => busy < options.workers(clock.monotonic() - start);
    return async () => {
      if (!free()) {
        if (waiting.length >= options.queue) return answer(503);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      busy++;
      await clock.sleep(options.ms());
      busy--;
      while (waiting.length > 0 && free()) {
        waiting.shift()!();
        // The one that was woken counts as busy only once it runs.
        await Promise.resolve();
      }
      return answer(200);
    };
  };
}

/** `perSecond` requests, and `burst` more if none came for a while. Retry-After is in whole seconds, or absent. */
export function tokenBucket(options: {
  readonly perSecond: number;
  readonly burst: number;
  readonly ms: number;
  readonly retryAfter?: boolean;
}): Server {
  const { perSecond, burst, ms, retryAfter = true } = options;
  return (clock) => {
    let tokens = burst;
    let filledAt = clock.monotonic();
    return async () => {
      await clock.sleep(ms / 2);
      const now = clock.monotonic();
      tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
      filledAt = now;
      const isAccepted = tokens >= 1;
      if (isAccepted) tokens--;
      const seconds = Math.ceil((1 - tokens) / perSecond);
      await clock.sleep(ms / 2);
      if (isAccepted) return answer(200);
      return retryAfter ? answer(429, 'slow down', `${seconds}`) : answer(429, 'slow down');
    };
  };
}

/** `count` requests in each window of `windowMs`. Retry-After is in whole seconds, or absent. */
export function fixedWindow(options: {
  readonly count: number;
  readonly windowMs: number;
  readonly ms: number;
  readonly retryAfter?: boolean;
}): Server {
  const { count, windowMs, ms, retryAfter = true } = options;
  return (clock) => {
    const start = clock.monotonic();
    let window = -1;
    let used = 0;
    return async () => {
      await clock.sleep(ms / 2);
      const elapsed = clock.monotonic() - start;
      const current = Math.floor(elapsed / windowMs);
      if (current !== window) used = 0;
      window = current;
      const isAccepted = used++ < count;
      await clock.sleep(ms / 2);
      const seconds = Math.ceil(((current + 1) * windowMs - elapsed) / 1000);
      if (isAccepted) return answer(200);
      return retryAfter ? answer(429, 'slow down', `${seconds}`) : answer(429, 'slow down');
    };
  };
}

export interface Result {
  /** Until the last request was accepted. */
  readonly seconds: number;
  /** Share of all requests. */
  readonly refused: number;
  /** Requests in flight, on average over the requests. */
  readonly inFlight: number;
  readonly throughput: Throughput;
  /** Seconds at which each request was accepted, and refused. */
  readonly accepted: readonly number[];
  readonly refusals: readonly number[];
}

/** Clients that send `count` requests each, through all layers of a session, to one server. */
export async function simulate(
  server: Server,
  options: {
    readonly count: number;
    readonly seed: number;
    readonly clients?: number;
    readonly concurrency?: number;
  },
): Promise<readonly Result[]> {
  const { count, seed, clients = 1, concurrency } = options;
  const random = seededRandom(seed);
  const clock = virtualClock(random);
  const handle = server(clock);
  const start = clock.monotonic();
  const client = async (): Promise<Result> => {
    const accepted: number[] = [];
    const refusals: number[] = [];
    const inFlight: number[] = [];
    let flying = 0;
    let programFree = 0;
    const transport = async () => {
      inFlight.push(++flying);
      const now = clock.monotonic();
      programFree = Math.max(programFree, now) + programMs;
      await clock.sleep(programFree - now);
      const reply = await handle();
      flying--;
      (reply.status === 200 ? accepted : refusals).push((clock.monotonic() - start) / 1000);
      return reply;
    };
    const chosen = concurrency === undefined ? {} : { concurrencyIsChosen: true };
    const pace = { concurrency: concurrency ?? 64, ...chosen };
    const { send, pacer } = createSend(transport, { apiKey: 'k', retries: 50, ...pace }, clock);
    setMaxListeners(0, pacer.halted);
    // As an upload does: some more calls than can be in flight wait for their turn.
    let left = count;
    const worker = async () => {
      while (left-- > 0) await send({ method: 'POST', path: 'v1/users' });
    };
    await Promise.all(Array.from({ length: 2 * pace.concurrency }, worker));
    return {
      seconds: accepted.at(-1) ?? 0,
      refused: refusals.length / (refusals.length + accepted.length),
      inFlight: inFlight.reduce((sum, n) => sum + n, 0) / inFlight.length,
      throughput: pacer.throughput(),
      accepted,
      refusals,
    };
  };
  return await Promise.all(
    Array.from({ length: clients }, async (_, n) => {
      await clock.sleep(n * 30 * random());
      return await client();
    }),
  );
}

export const defaultCount = 1000;

/** Checks the same server with several seeds. */
export async function eachSeed(
  server: Server,
  check: (result: Result) => void,
  count = defaultCount,
): Promise<void> {
  for (const seed of full ? [1, 2, 3] : [1]) {
    const [result] = await simulate(server, { count, seed });
    check(result!);
  }
}
