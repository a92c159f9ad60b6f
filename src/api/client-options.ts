import { defaults } from '../contract/defaults.ts';
import { defaultServer, isLoopback } from '../contract/server.ts';
import { UsageError } from '../errors.ts';

export interface ClientOptions {
  /** Default: https://api.askmiso.com */
  readonly host?: string;
  /** Throw an ApiError for an answer that is not a success, instead of returning it. Default: false. */
  readonly raiseOnError?: boolean;
  /** Milliseconds for one call, from 1 up to a day. Default: 60,000. */
  readonly timeout?: number;
  /** Further tries of a call that failed for a passing reason, up to 1,000. Default: 8. */
  readonly retries?: number;
  /** Most calls in flight, up to 1,000. Default: 8. */
  readonly concurrency?: number;
  /** Most calls begun in a second, up to 10,000. Default: no limit. */
  readonly requestsPerSecond?: number;
}

/** The options of a client with its key and its defaults, as a session takes them. */
export interface CheckedOptions {
  readonly server: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly requestsPerSecond: number | undefined;
}

/** Throws a UsageError that names the option, what it is and what was expected. */
export function checkOptions(apiKey: string, options: ClientOptions): CheckedOptions {
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey))
    throw new UsageError('An API key is needed.');
  const {
    host = defaultServer,
    timeout = defaults.timeoutSeconds * 1000,
    retries = defaults.retries,
    concurrency = defaults.concurrency,
    requestsPerSecond,
  } = options;
  const isWhole = Number.isInteger;
  check({ timeout }, timeout >= 1 && timeout <= dayMs, 'milliseconds from 1, up to a day');
  check({ retries }, isWhole(retries) && retries >= 0 && retries <= 1000, 'a whole number from 0 to 1000');
  check(
    { concurrency },
    isWhole(concurrency) && concurrency >= 1 && concurrency <= 1000,
    'a whole number from 1 to 1000',
  );
  if (requestsPerSecond !== undefined) {
    const inRange = requestsPerSecond > 0 && requestsPerSecond <= 10_000;
    check({ requestsPerSecond }, inRange, 'a number above 0, up to 10000');
  }
  return { server: serverAddress(host), apiKey, timeoutMs: timeout, retries, concurrency, requestsPerSecond };
}

const dayMs = 24 * 60 * 60 * 1000;

/** Callers without types can pass anything: what is no number is told like a number out of range. */
function check(option: Readonly<Record<string, unknown>>, inRange: boolean, expected: string): void {
  for (const [name, value] of Object.entries(option)) {
    if (typeof value !== 'number' || !inRange)
      throw new UsageError(`${name}: expected ${expected}, found ${String(value)}.`);
  }
}

function serverAddress(host: string): string {
  const url = URL.canParse(host) ? new URL(host) : undefined;
  const local = url !== undefined && isLoopback(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && local)) {
    throw new UsageError(`${host} is not an https address.`, {
      hint: 'Plain http is for this machine only.',
    });
  }
  return host.replace(/\/+$/, '');
}
