import { UsageError } from '../errors.ts';
import type { FaultPlan } from './faults/fault-rules.ts';
import type { Sleep } from './http/deliver.ts';
import type { RecordedRequest } from './http/request-log.ts';

export interface SandboxOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, any free port. */
  readonly port?: number;
  /** The only key that is accepted. Default: any key that is not empty. */
  readonly key?: string;
  /** The file in which users are kept across restarts. Default: they are in memory only. */
  readonly data?: string;
  /** Milliseconds before each reply. */
  readonly latency?: number;
  /** Calls per second; further ones are answered with 429 and Retry-After. The fault plan's `rate` wins. */
  readonly rate?: number;
  /** Percent of calls that are answered with 500. */
  readonly fail?: number;
  /** For `fail` and the fault plan. Default: the plan's seed, or 1. */
  readonly seed?: number;
  readonly faults?: FaultPlan;
  /** Milliseconds until the status of a new task is known. The fault plan's `delays.task` wins. */
  readonly taskDelay?: number;
  /** Maximum length of a body, before and after decompression. Default: 10 MiB. */
  readonly maxBytes?: number;
  /** How many of the latest requests are kept in `requests`. Default: 10,000. */
  readonly record?: number;
  /** Called after each request, with its duration in milliseconds. */
  readonly onRequest?: (request: RecordedRequest, took: number) => void;
  /** The time in milliseconds; for tests. */
  readonly clock?: () => number;
  readonly sleep?: Sleep;
}

const ranges = [
  { name: 'port', min: 0, max: 65_535, whole: true },
  { name: 'latency', min: 0, max: 2 ** 31 - 1, whole: false },
  { name: 'rate', min: Number.MIN_VALUE, max: Number.MAX_VALUE, whole: false },
  { name: 'fail', min: 0, max: 100, whole: false },
  { name: 'seed', min: 0, max: 2 ** 32 - 1, whole: true },
  { name: 'taskDelay', min: 0, max: 2 ** 31 - 1, whole: false },
  { name: 'maxBytes', min: 1, max: Number.MAX_SAFE_INTEGER, whole: true },
  { name: 'record', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true },
] as const;

/** Throws a UsageError for the first invalid option. */
export function checkOptions(options: SandboxOptions): void {
  for (const { name, min, max, whole } of ranges) {
    const value = options[name];
    if (value === undefined || (value >= min && value <= max && (!whole || Number.isInteger(value))))
      continue;
    const number = whole ? 'a whole number' : 'a number';
    throw new UsageError(`The sandbox's ${name} must be ${number} ${rangeText(min, max)}, found ${value}.`);
  }
  if (options.key === '') throw new UsageError("The sandbox's key must not be empty.");
}

function rangeText(min: number, max: number): string {
  if (min === Number.MIN_VALUE) return 'above 0';
  return max > 2 ** 32 ? `of ${min} or more` : `from ${min} to ${max}`;
}
