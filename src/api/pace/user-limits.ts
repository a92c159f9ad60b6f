import type { LimitedBy } from './limit-tracker.ts';
import type { PaceSettings } from './pacer.ts';

/** Spaces requests to keep within the user's own limits, on average. The first request is never delayed. */
export class UserLimits {
  readonly #settings: Pick<PaceSettings, 'requestsPerSecond' | 'bytesPerSecond'>;
  #nextByCount = 0;
  #nextByBytes = 0;

  constructor(settings: Pick<PaceSettings, 'requestsPerSecond' | 'bytesPerSecond'>) {
    this.#settings = settings;
  }

  /** When the next request may start, on the monotonic clock. */
  get nextStart(): number {
    return Math.max(this.#nextByCount, this.#nextByBytes);
  }

  /** The limit that determines this time. */
  get cause(): LimitedBy {
    return this.#nextByCount >= this.#nextByBytes ? 'requests-per-second' : 'bytes-per-second';
  }

  started(now: number, bytes: number): void {
    const { requestsPerSecond, bytesPerSecond } = this.#settings;
    if (requestsPerSecond !== undefined)
      this.#nextByCount = Math.max(now, this.#nextByCount) + 1000 / requestsPerSecond;
    if (bytesPerSecond !== undefined)
      this.#nextByBytes = Math.max(now, this.#nextByBytes) + (1000 * bytes) / bytesPerSecond;
  }
}
