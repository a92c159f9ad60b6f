/** First step of the backoff, in milliseconds. */
const base = 250;
/** No wait of our own choosing is longer, in milliseconds. */
const cap = 30_000;
/** A wait that the server asks for is kept up to a day; a longer one is taken for a mistake. */
const longestRetryAfter = 24 * 60 * 60 * 1000;

/**
 * How long to wait before the next try, in milliseconds.
 * Retry-After is obeyed; without one, or when it says "now": exponential backoff with full jitter, so that calls that
 * failed together do not come back together.
 */
export function retryDelay(retry: {
  /** How many times the call has failed, from 1. */
  readonly failures: number;
  readonly retryAfter?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
}): number {
  const asked = parseRetryAfter(retry.retryAfter, retry.now);
  if (asked) return asked;
  return retry.random * Math.min(cap, base * 2 ** (retry.failures - 1));
}

const seconds = /^\d+(\.\d+)?$/;
/** Every form of an HTTP date begins with the day of the week; what `Date.parse` would make of other words is no date. */
const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/** Retry-After (RFC 9110, 10.2.3) in milliseconds from now; undefined when it is absent or says nothing. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wait = seconds.test(text) ? Number(text) * 1000 : date.test(text) ? utc(text) - now : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), longestRetryAfter);
}

/** HTTP dates are in GMT, also in the one old form that does not say so. */
function utc(text: string): number {
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
