import type { Clock } from '../../clock.ts';

export interface ThrottleSettings {
  /** Most calls in flight. */
  readonly concurrency: number;
  /** Most calls begun in a second; absent: no limit of our own. */
  readonly requestsPerSecond?: number | undefined;
  /** Told when the server asks everybody to wait: until when (milliseconds since 1970), and its words. */
  readonly onPause?: ((until: number, reason: string) => void) | undefined;
}

/** Refusals that would lengthen a pause by no more than this share of it belong together. */
const sameWave = 0.1;

/** A place among the calls in flight; must be given back. */
export interface Permit {
  /** How many calls of this throttle began before. */
  readonly number: number;
  release(): void;
}

/**
 * Decides when the next call may start: how many at once (additive increase, multiplicative decrease), how many
 * a second, and not at all while the server has asked for a pause. One throttle serves all calls of a run.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #settings: ThrottleSettings;
  readonly #waiting: { readonly start: () => void; readonly fail: (reason: unknown) => void }[] = [];
  #limit = 1;
  #proven = false;
  readonly #halt = new AbortController();
  #inFlight = 0;
  #started = 0;
  /** Calls numbered below this were begun before the last decrease and say nothing new about load. */
  #decreasedAt = 0;
  #pausedUntil = 0;
  #pausedFor = 0;
  #nextStart = 0;
  #timer: AbortController | undefined;

  constructor(settings: ThrottleSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** How many calls may be in flight just now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Waits for a turn. Rejects with the abort reason when `signal` aborts first. */
  acquire(signal?: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const halted = this.#halt.signal;
      if (halted.aborted || signal?.aborted) {
        reject(halted.aborted ? halted.reason : signal?.reason);
        return;
      }
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        // Nobody is left to be woken: a timer that went on would keep the process alive through a long pause.
        this.#pump();
        reject(signal?.reason);
      };
      const waiter = {
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#permit());
        },
        fail: (reason: unknown) => {
          signal?.removeEventListener('abort', onAbort);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#pump();
    });
  }

  /** Waits for a time, outside the queue. Rejects as `acquire` does. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const halted = this.#halt.signal;
    return this.#clock.sleep(ms, signal ? AbortSignal.any([signal, halted]) : halted);
  }

  /**
   * A call was answered for good: one more at once for each round of such answers. Until the first of them calls go one by
   * one, so that a wrong key or a server that is away is met once, not eight times.
   */
  succeeded(): void {
    if (!this.#proven) {
      this.#proven = true;
      this.#limit = this.#settings.concurrency;
      return;
    }
    this.#limit = Math.min(this.#settings.concurrency, this.#limit + 1 / this.#limit);
  }

  /** A call showed that the server has too much to do: half as many at once, though only once for calls that were in flight together. */
  overloaded(number: number): void {
    if (number < this.#decreasedAt) return;
    this.#decreasedAt = this.#started;
    this.#limit = Math.max(1, this.#limit / 2);
  }

  /** No call starts any more: those that wait, and all that follow, are refused with `reason`. */
  halt(reason: unknown): void {
    this.#halt.abort(reason);
    for (const { fail } of this.#waiting.splice(0)) fail(this.#halt.signal.reason);
    this.#pump();
  }

  /**
   * No call starts for the next `ms` milliseconds. During a pause only calls that flew together with the first refused one can be
   * refused: as long as what they are told ends about when the pause does, it says nothing new.
   */
  pause(ms: number, reason: string): void {
    const now = this.#clock.now();
    const until = now + ms;
    if (now < this.#pausedUntil && until <= this.#pausedUntil + this.#pausedFor * sameWave) return;
    this.#pausedFor = ms;
    this.#pausedUntil = until;
    this.#settings.onPause?.(until, reason);
    this.#pump();
  }

  #permit(): Permit {
    const number = this.#started++;
    this.#inFlight++;
    let held = true;
    return {
      number,
      release: () => {
        if (!held) return;
        held = false;
        this.#inFlight--;
        this.#pump();
      },
    };
  }

  #pump(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#inFlight < Math.max(1, Math.floor(this.#limit))) {
      const now = this.#clock.now();
      const start = Math.max(this.#pausedUntil, this.#nextStart);
      if (start > now) {
        this.#wakeAfter(start - now);
        return;
      }
      const rate = this.#settings.requestsPerSecond;
      if (rate !== undefined) this.#nextStart = Math.max(now, this.#nextStart) + 1000 / rate;
      this.#waiting.shift()?.start();
    }
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
