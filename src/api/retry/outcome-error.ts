import { AccessError, ProtocolError, UnavailableError } from '../../errors.ts';
import type { GaveUp, Outcome } from '../call.ts';
import { reasonOf } from './retry.ts';

/**
 * The error for an outcome that the caller cannot use. `action`: what was attempted, such as "reading user
 * u1".
 */
export function outcomeError(outcome: Outcome, action: string): Error {
  switch (outcome.kind) {
    case 'gave-up':
      return unavailableError(outcome, action);
    case 'denied':
      return deniedError(outcome);
    case 'success':
      return new ProtocolError(`Unexpected reply from Miso while ${action}.`);
    case 'partial':
      return new ProtocolError(
        `Miso reported an error while ${action}: ${[outcome.message, ...outcome.lines].join(' ')}`,
      );
    default:
      return new ProtocolError(`Unexpected HTTP ${outcome.status} while ${action}: ${outcome.message}`);
  }
}

/** The error for a call that failed after all retries. */
export function unavailableError(outcome: GaveUp, action?: string): UnavailableError {
  const { retries, throttled, status } = outcome;
  const after = retries === 0 ? '' : ` after ${retries} ${retries === 1 ? 'retry' : 'retries'}`;
  const what = throttled
    ? 'Still rate-limited'
    : status === undefined
      ? 'Could not reach Miso'
      : 'Miso kept failing';
  return new UnavailableError(
    `${what}${after}${action === undefined ? '' : ` while ${action}`}: ${reasonOf(outcome)}`,
  );
}

/** The error for a key that Miso refused. */
export function deniedError({ status, message }: { status: number; message: string }): AccessError {
  return new AccessError(`Miso refused the key (HTTP ${status}): ${message}`);
}
