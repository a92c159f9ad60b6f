import type { Clock } from '../../src/clock.ts';

/** A clock whose time passes as soon as everything waits for it. */
export interface VirtualClock extends Clock {
  /** All requested waits, in milliseconds. */
  readonly waits: readonly number[];
  /** Pending waits. */
  readonly pending: number;
}

/** `random`: the random number, from 0 to 1; default: always 1. */
export function virtualClock(random: () => number = () => 1): VirtualClock {
  const waits: number[] = [];
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  let now = 1_700_000_000_000;
  let ticking = false;

  /** After two turns of the event loop without a new wait, time advances to the next sleeper. */
  const tick = () => {
    if (ticking) return;
    ticking = true;
    setImmediate(() =>
      setImmediate(() => {
        ticking = false;
        const next = [...sleepers].sort((a, b) => a.at - b.at)[0];
        if (!next) return;
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        if (sleepers.size > 0) tick();
      }),
    );
  };

  return {
    waits,
    get pending() {
      return sleepers.size;
    },
    now: () => now,
    monotonic: () => now,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        waits.push(ms);
        const sleeper = {
          at: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.add(sleeper);
        tick();
      }),
  };
}
