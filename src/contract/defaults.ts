/**
 * Limits that apply unless the user sets them. The settings table, the help text and the library read them
 * here.
 */
export const defaults = {
  timeoutSeconds: 60,
  retries: 8,
  /** Max concurrent requests: as many as the server can use, up to `maxConcurrency`. */
  concurrency: 'auto',
  maxConcurrency: 64,
  recordsPerRequest: 100,
  bytesPerRequest: '1MiB',
  /** Longest pause that a server may ask for with Retry-After. */
  maxWait: '24h',
} as const;
