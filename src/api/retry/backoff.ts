/** First step, in milliseconds. */
const base = 250;
/** Longest wait, in milliseconds. */
const cap = 30_000;

/**
 * How long to wait before the next attempt, in milliseconds: exponential backoff with full jitter, so that
 * calls that failed together are not retried together. `failures`: in a row, from 1. `random`: from 0 to 1.
 */
export function backoffMs(failures: number, random: number): number {
  return random * Math.min(cap, base * 2 ** (failures - 1));
}
