import { backoffMs } from '../retry/backoff.ts';

/**
 * The server accepts no calls for now if it asks for a longer pause than Retry-After needs to express in
 * whole seconds, or after this many refusals in a row and milliseconds without an accepted call.
 */
const closing = { retryAfterMs: 1500, refusals: 4, ms: 300 } as const;
/**
 * A server that accepts none for this long, after this many calls, counts per window: a full cycle shows its
 * rate.
 */
const windowed = { ms: 3000, calls: 20 } as const;

/** What a full cycle, from one opening of the server to the next, shows. */
export interface Cycle {
  /** Calls accepted per second. */
  readonly perSecond: number;
  /** Whether the server counts per window, so this is its rate. */
  readonly isWindow: boolean;
}

/**
 * Notices when the server refuses all calls for a while, and what it accepts in between. All times are
 * monotonic.
 */
export class ClosedPeriods {
  #isClosed = false;
  #closedAt = 0;
  #opened: { readonly at: number; accepted: number } | undefined;
  #refusalsInRow = 0;
  #acceptedAt = 0;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the last call was refused. */
  get isRefusing(): boolean {
    return this.#refusalsInRow > 0;
  }

  /**
   * Calls accepted per second since the server closed. If it counts tokens, it had none then, so it allows no
   * more.
   */
  acceptedPerSecond(now: number): number {
    return (1000 * (this.#opened!.accepted + 1)) / Math.max(1, now - this.#closedAt);
  }

  began(now: number): void {
    this.#opened ??= { at: now, accepted: 0 };
  }

  /** `isOutdated`: the call began before the last change of the rate. */
  accepted(now: number, isOutdated: boolean): void {
    this.#opened!.accepted++;
    this.#acceptedAt = now;
    if (!isOutdated) this.#refusalsInRow = 0;
  }

  /** A call was refused. `expectedMs`: between calls. Returns whether the server is closed. */
  refused(
    now: number,
    { retryAfterMs = 0, expectedMs = 0 }: { retryAfterMs?: number; expectedMs?: number },
  ): boolean {
    this.#refusalsInRow++;
    if (this.#isClosed) return true;
    const silent = Math.max(closing.ms, closing.refusals * expectedMs);
    if (retryAfterMs > closing.retryAfterMs) this.close(now);
    else if (this.#refusalsInRow >= closing.refusals && now - this.#acceptedAt > silent) this.close(now);
    return this.#isClosed;
  }

  close(now: number): void {
    this.#isClosed = true;
    this.#closedAt = now;
  }

  /** A call was accepted again. */
  open(now: number): Cycle {
    const { at, accepted } = this.#opened!;
    this.#isClosed = false;
    this.#opened = { at: now, accepted: 0 };
    return {
      perSecond: (1000 * accepted) / Math.max(1, now - at),
      isWindow: now - this.#closedAt >= windowed.ms && accepted >= windowed.calls,
    };
  }

  /**
   * How long to wait without Retry-After, so that the opening is noticed soon relative to the length of the
   * period.
   */
  backoffMs(now: number, pauses: number, random: number): number {
    const share = ((now - this.#closedAt) * (1 + random)) / 3;
    return Math.min(backoffMs(pauses, random), Math.max(backoffMs(1, random), share));
  }
}
