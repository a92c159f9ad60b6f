import { setTimeout as delay } from 'node:timers/promises';

/** Time and randomness, passed as an argument so that tests bring their own. */
export interface Clock {
  /** Wall clock, in milliseconds since 1970: for time stamps only, because it can be set back. */
  now(): number;
  /** Milliseconds since some fixed moment. Never goes back: for waits and durations. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the abort reason when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

/** The longest timer that Node supports; a longer one fires immediately. */
const maxTimerMs = 2 ** 31 - 1;

/** Real time and randomness. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic,
  sleep: async (ms, signal) => {
    const end = monotonic() + ms;
    let left = ms;
    do {
      await timer(left, signal);
      left = end - monotonic();
    } while (left > 0);
  },
  random: () => Math.random(),
};

/** Not performance.now(), whose module takes longer to load than a chunk of this program. */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Node wraps the reason of an abort in an AbortError; callers expect the reason itself. */
async function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(Math.min(ms, maxTimerMs), undefined, signal ? { signal } : undefined);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

/** When something started, and how long ago that was. */
export interface Stopwatch {
  /** ISO 8601. */
  readonly startedAt: string;
  /** Whole milliseconds, by the monotonic clock. */
  elapsedMs(): number;
}

export function startStopwatch(clock: Clock): Stopwatch {
  const start = clock.monotonic();
  return {
    startedAt: new Date(clock.now()).toISOString(),
    elapsedMs: () => Math.round(clock.monotonic() - start),
  };
}
