import { UsageError } from '../errors.ts';
import type { FaultPlan } from './faults/fault-rules.ts';
import type { Sleep } from './http/deliver.ts';
import type { RecordedRequest } from './http/request-log.ts';

/** How a sandbox is to behave. */
export interface SandboxOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The only key that is accepted; absent: any that is not empty. */
  readonly key?: string;
  /** The file in which users are kept over a restart; absent: in memory. */
  readonly data?: string;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** Calls a second; what comes beyond is answered with 429 and Retry-After. */
  readonly rate?: number;
  /** Percent of the calls that are answered with 500. */
  readonly fail?: number;
  /** For `fail` and the fault plan; before the plan's own; default 1. */
  readonly seed?: number;
  readonly faults?: FaultPlan;
  /** Milliseconds for which a fresh task is not known yet. */
  readonly taskDelay?: number;
  /** The longest body, before and after decompression; default 10 MiB. */
  readonly maxBytes?: number;
  /** How many of the latest requests are kept in `requests`; default 10,000. */
  readonly record?: number;
  /** Called after each request, with the milliseconds that it took. */
  readonly onRequest?: (request: RecordedRequest, took: number) => void;
  /** Milliseconds; for tests. */
  readonly clock?: () => number;
  readonly sleep?: Sleep;
}

const ranges = [
  { name: 'port', least: 0, most: 65_535, whole: true },
  { name: 'latency', least: 0, most: 2 ** 31 - 1, whole: false },
  { name: 'rate', least: Number.MIN_VALUE, most: Number.MAX_VALUE, whole: false },
  { name: 'fail', least: 0, most: 100, whole: false },
  { name: 'seed', least: 0, most: 2 ** 32 - 1, whole: true },
  { name: 'taskDelay', least: 0, most: 2 ** 31 - 1, whole: false },
  { name: 'maxBytes', least: 1, most: Number.MAX_SAFE_INTEGER, whole: true },
  { name: 'record', least: 0, most: Number.MAX_SAFE_INTEGER, whole: true },
] as const;

/** Throws a UsageError for the first option that no sandbox can have. */
export function checkOptions(options: SandboxOptions): void {
  for (const { name, least, most, whole } of ranges) {
    const value = options[name];
    if (value === undefined || (value >= least && value <= most && (!whole || Number.isInteger(value))))
      continue;
    const number = whole ? 'a whole number' : 'a number';
    const range =
      least === Number.MIN_VALUE
        ? 'above 0'
        : most > 2 ** 32
          ? `of ${least} or more`
          : `from ${least} to ${most}`;
    throw new UsageError(`The sandbox's ${name} must be ${number} ${range}, found ${value}.`);
  }
  if (options.key === '') throw new UsageError("The sandbox's key must not be empty.");
}
