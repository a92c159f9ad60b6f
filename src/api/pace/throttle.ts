import { setMaxListeners } from 'node:events';
import type { Clock } from '../../clock.ts';
import { type LimitedBy, LimitTracker, type Throughput } from './limit-tracker.ts';
import type { AcquireOptions, Pacer, PaceSettings, Permit } from './pacer.ts';
import { ServerModel } from './server-model.ts';
import { UserLimits } from './user-limits.ts';

interface Waiter {
  readonly bytes: number;
  readonly start: () => void;
  readonly fail: (reason: unknown) => void;
}

/** Lets requests start, in order, as the server and the user's own limits allow. */
export class Throttle implements Pacer {
  readonly #clock: Clock;
  readonly #settings: PaceSettings;
  readonly #waiting: Waiter[] = [];
  readonly #halt = new AbortController();
  readonly #server: ServerModel;
  readonly #own: UserLimits;
  readonly #tracker = new LimitTracker();
  #inFlight = 0;
  #retrying = 0;
  #timer: AbortController | undefined;

  constructor(settings: PaceSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#server = new ServerModel(settings, clock);
    this.#own = new UserLimits(settings);
    // Each call that waits for its next attempt listens.
    setMaxListeners(0, this.#halt.signal);
  }

  get limit(): number {
    return this.#server.limit;
  }

  throughput(): Throughput {
    const accepted = this.#server.acceptedPerSecond;
    const summary = this.#tracker.summary(this.#clock.monotonic());
    return { ...summary, ...(accepted === undefined ? {} : { acceptedPerSecond: accepted }) };
  }

  get failedProbes(): number {
    return this.#server.failedProbes;
  }

  get halted(): AbortSignal {
    return this.#halt.signal;
  }

  acquire({ signal, first = false, bytes = 0, kind = '' }: AcquireOptions = {}): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const halted = this.#halt.signal;
      if (halted.aborted || signal?.aborted) {
        reject(halted.aborted ? halted.reason : signal?.reason);
        return;
      }
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        // If no request is waiting, the timer of a long pause would only keep the process alive.
        this.#pump();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        bytes,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#permit(kind));
        },
        fail: (reason: unknown) => {
          signal?.removeEventListener('abort', onAbort);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (first) this.#waiting.unshift(waiter);
      else this.#waiting.push(waiter);
      this.#pump();
    });
  }

  async retryAfter(wait: Promise<void>): Promise<void> {
    this.#retrying++;
    this.#pump();
    try {
      await wait;
    } finally {
      this.#retrying--;
      this.#pump();
    }
  }

  halt(reason: unknown): void {
    this.#halt.abort(reason);
    for (const { fail } of this.#waiting.splice(0)) fail(this.#halt.signal.reason);
    this.#pump();
  }

  #permit(kind: string): Permit {
    const request = this.#server.started(this.#clock.monotonic(), { inFlight: ++this.#inFlight, kind });
    let held = true;
    return {
      release: (feedback) => {
        if (!held) return;
        held = false;
        this.#inFlight--;
        // Must precede the start of the next request, which may have to wait.
        if (feedback) this.#server.learn(feedback, request);
        this.#pump();
      },
    };
  }

  #pump(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    let cause: LimitedBy = this.#retrying > 0 ? 'server' : 'machine';
    while (this.#waiting.length > 0) {
      if (this.#inFlight >= this.limit) {
        cause = this.#concurrencyCause();
        break;
      }
      const next = this.#nextStart(now);
      if (next.at > now) {
        cause = next.cause;
        this.#wakeAfter(next.at - now);
        break;
      }
      const waiter = this.#waiting.shift()!;
      this.#own.started(now, waiter.bytes);
      waiter.start();
    }
    this.#tracker.note(now, cause, this.#inFlight);
  }

  #nextStart(now: number): { readonly at: number; readonly cause: LimitedBy } {
    const server = this.#server.nextStart(now);
    const own = this.#own.nextStart;
    return server >= own ? { at: server, cause: 'server' } : { at: own, cause: this.#own.cause };
  }

  #concurrencyCause(): LimitedBy {
    if (this.#server.limitsConcurrency) return 'server';
    const { concurrency, concurrencyIsChosen } = this.#settings;
    return concurrencyIsChosen && this.limit === concurrency ? 'concurrency' : 'latency';
  }

  #wakeAfter(ms: number): void {
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(ms, timer.signal).then(
      () => this.#pump(),
      () => {},
    );
  }
}
