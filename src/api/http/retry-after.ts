/** Longer waits, in milliseconds, are considered a mistake of the server. */
const maxRetryAfter = 24 * 60 * 60 * 1000;

const seconds = /^\d+(\.\d+)?$/;
/** All HTTP date formats start with the day of the week. `Date.parse` accepts many more formats. */
const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * Retry-After (RFC 9110, 10.2.3) in milliseconds. Undefined if it is absent, malformed, negative or longer
 * than a day. `now`: the time of the server's clock, in milliseconds since 1970.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wait = seconds.test(text) ? Number(text) * 1000 : date.test(text) ? parseUtc(text) - now : Number.NaN;
  return Number.isNaN(wait) || wait > maxRetryAfter ? undefined : Math.max(0, wait);
}

/** HTTP dates are in GMT, even in the one obsolete format that does not contain the zone. */
function parseUtc(text: string): number {
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
