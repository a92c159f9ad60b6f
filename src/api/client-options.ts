import { defaults } from '../contract/defaults.ts';
import { defaultServer, isLoopback } from '../contract/server.ts';
import { UsageError } from '../errors.ts';
import { parseProxy } from './http/proxy.ts';
import { checkOptionTypes, type OptionTypes } from './option-types.ts';

export interface ClientOptions {
  /** Address of the API. Default: https://api.askmiso.com */
  readonly host?: string;
  /** Throw an ApiError for a reply that is not a success, instead of returning it. Default: false. */
  readonly raiseOnError?: boolean;
  /** The same, as in the Python client. */
  readonly raise_on_error?: boolean;
  /** Milliseconds for one request, from 1 up to a day. Default: 60,000. */
  readonly timeout?: number;
  /** Retries of a call that failed with a temporary error, up to 1,000. Default: 8. */
  readonly retries?: number;
  /** Max concurrent requests, up to 1,000. Default: 8. */
  readonly concurrency?: number;
  /** Max requests started per second, up to 10,000. Default: no limit. */
  readonly requestsPerSecond?: number;
  /** Aborts all calls of the client. */
  readonly signal?: AbortSignal;
  /** URL of an http or https proxy. Environment variables are not read. */
  readonly proxy?: string;
  /** Additional CA certificates, in PEM. */
  readonly ca?: string;
}

/** The options of a client with its key and the defaults, as a session takes them. */
export interface CheckedOptions {
  readonly server: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly requestsPerSecond: number | undefined;
  readonly proxy: string | undefined;
  readonly ca: string | undefined;
}

/** Throws UsageError that names the option, the value and what was expected. */
export function checkOptions(apiKey: string, options: ClientOptions): CheckedOptions {
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey))
    throw new UsageError('An API key is required.');
  checkOptionTypes<ClientOptions>('ApiClient', options, optionTypes);
  const {
    host = defaultServer,
    timeout = defaults.timeoutSeconds * 1000,
    retries = defaults.retries,
    concurrency = defaults.maxConcurrency,
    requestsPerSecond,
    proxy,
    ca,
  } = options;
  checkNumber({ timeout }, { min: 1, max: dayMs, expected: 'milliseconds from 1, up to a day' });
  checkNumber({ retries }, { min: 0, max: 1000, whole: true, expected: 'a whole number from 0 to 1000' });
  checkNumber({ concurrency }, { min: 1, max: 1000, whole: true, expected: 'a whole number from 1 to 1000' });
  if (requestsPerSecond !== undefined) {
    const min = Number.MIN_VALUE;
    checkNumber({ requestsPerSecond }, { min, max: 10_000, expected: 'a number above 0, up to 10000' });
  }
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new UsageError('ca: expected a certificate in PEM form.');
  return {
    server: serverAddress(host),
    apiKey,
    timeoutMs: timeout,
    retries,
    concurrency,
    requestsPerSecond,
    proxy: proxy === undefined ? undefined : parseProxy(proxy, 'proxy'),
    ca,
  };
}

const optionTypes: OptionTypes<ClientOptions> = {
  host: 'string',
  raiseOnError: 'boolean',
  raise_on_error: 'boolean',
  timeout: 'number',
  retries: 'number',
  concurrency: 'number',
  requestsPerSecond: 'number',
  signal: 'signal',
  proxy: 'string',
  ca: 'string',
};

const dayMs = 24 * 60 * 60 * 1000;

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly expected: string;
}

/** `option`: its value by its name. Callers without types can pass anything. */
function checkNumber(option: Readonly<Record<string, unknown>>, { min, max, whole, expected }: Range): void {
  for (const [name, value] of Object.entries(option)) {
    const inRange = typeof value === 'number' && value >= min && value <= max;
    if (!inRange || (whole && !Number.isInteger(value)))
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
