import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Real time and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : undefined).catch(rethrowReason(signal)),
  random: () => Math.random(),
};

/** Node wraps the reason of an abort in an AbortError; the one who aborted wants to see his own. */
function rethrowReason(signal: AbortSignal | undefined): (error: unknown) => never {
  return (error) => {
    throw signal?.aborted ? signal.reason : error;
  };
}
