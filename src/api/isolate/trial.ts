import { ProtocolError } from '../../errors.ts';
import type { CallOptions, CallResult, GaveUp } from '../call.ts';
import { deniedError, unavailableError } from '../retry/call-error.ts';
import { reasonOf } from '../retry/retry.ts';
import { type RecordError, recordErrors } from './record-errors.ts';

/**
 * How often a call is retried: `full` before a record is rejected, `few` while searching for the bad record,
 * `none` to find out whether the server replies at all.
 */
export type RetryLevel = 'full' | 'few' | 'none';

/** Enough to outlast a passing fault. */
const fewRetries = 3;

/** The options of a call at a retry level. `retries`: the number for `full`. */
export function retryOptions(level: RetryLevel, retries: number): Pick<CallOptions, 'retries' | 'probe'> {
  if (level === 'full') return {};
  return level === 'none' ? { retries: 0, probe: true } : { retries: Math.min(retries, fewRetries) };
}

export interface IsolateDeps<T> {
  /** Sends some records as one call. */
  readonly send: (items: readonly T[], level: RetryLevel) => Promise<CallResult>;
  /** `taskId`: the task that stores them, whose errors name them by their place among `items`. */
  readonly stored: (items: readonly T[], taskId: string | undefined) => void;
  readonly rejected: (item: T, errors: readonly RecordError[]) => void;
  /** A call of more than one record was too large. */
  readonly tooLarge: (items: readonly T[]) => void;
  /** A record is too large even alone; `message` is what the server said. */
  readonly oversized: (item: T, message: string) => void;
  /** Whether the server accepts anything right now; undefined while there is no record to test it with. */
  readonly isAlive: () => Promise<boolean | undefined>;
}

/** What one call showed about its records. */
export type Trial<T> =
  | { readonly kind: 'stored' }
  /** The bad records were named and rejected; the rest has to be sent again. */
  | { readonly kind: 'named'; readonly rest: readonly T[] }
  /** A record is bad, and none was named. */
  | { readonly kind: 'refused'; readonly errors: readonly RecordError[] }
  | { readonly kind: 'too-large'; readonly message: string }
  /** No usable reply at the last attempt, and no sign that the server replies to any call. */
  | { readonly kind: 'no-reply'; readonly result: GaveUp };

/** Sends one call and interprets its result. Throws when the records are not the problem. */
export async function trySending<T>(
  items: readonly T[],
  level: RetryLevel,
  deps: IsolateDeps<T>,
): Promise<Trial<T>> {
  const result = await deps.send(items, level);
  switch (result.kind) {
    case 'gave-up':
      return await interpretSilence(result, level, deps);
    case 'success':
      deps.stored(items, result.taskId);
      return { kind: 'stored' };
    case 'partial':
    case 'refused':
      return interpretErrors(items, result, deps);
    case 'too-large':
      if (items.length > 1) deps.tooLarge(items);
      return { kind: 'too-large', message: result.message };
    case 'denied':
      throw deniedError(result);
    case 'not-found':
    case 'unexpected':
      throw new ProtocolError(`Unexpected HTTP ${result.status}: ${result.message}`);
  }
}

/** A call that was given up counts against its records only while the server accepts others. */
async function interpretSilence<T>(
  result: GaveUp,
  level: RetryLevel,
  deps: IsolateDeps<T>,
): Promise<Trial<T>> {
  if (result.throttled) throw unavailableError(result);
  // One attempt proves nothing about a record.
  if (level === 'none') return { kind: 'no-reply', result };
  const served = result.othersSucceed || (await deps.isAlive());
  if (served === undefined) return { kind: 'no-reply', result };
  if (!served) throw unavailableError(result);
  return { kind: 'refused', errors: [wholeRecord(reasonOf(result))] };
}

function interpretErrors<T>(
  items: readonly T[],
  result: Extract<CallResult, { lines: readonly string[] }>,
  deps: IsolateDeps<T>,
): Trial<T> {
  const { named, unnamed } = recordErrors(items, result.lines);
  if (named.size === 0) {
    const reasons = unnamed.length > 0 ? unnamed : [result.message || 'refused without a reason'];
    return { kind: 'refused', errors: reasons.map(wholeRecord) };
  }
  for (const [item, errors] of named) deps.rejected(item, errors);
  const rest = items.filter((item) => !named.has(item));
  // After a partial success the rest is stored, unless a line that names no record may be about one of them.
  if (result.kind === 'refused' || unnamed.length > 0) return { kind: 'named', rest };
  if (rest.length > 0) deps.stored(rest, undefined);
  return { kind: 'named', rest: [] };
}

function wholeRecord(reason: string): RecordError {
  return { path: '', reason };
}
