import { AccessError, ProtocolError, UnavailableError } from '../../errors.ts';
import type { CallResult, GaveUp } from '../call.ts';
import { reasonOf } from './retry.ts';

/**
 * The error for a result that the caller cannot use. `action`: what was attempted, such as "reading user
 * u1".
 */
export function callError(result: CallResult, action: string): Error {
  switch (result.kind) {
    case 'gave-up':
      return unavailableError(result, action);
    case 'denied':
      return deniedError(result);
    case 'success':
      return new ProtocolError(`Unexpected reply from Miso while ${action}.`);
    case 'partial':
      return new ProtocolError(
        `Miso reported an error while ${action}: ${[result.message, ...result.lines].join(' ')}`,
      );
    default:
      return new ProtocolError(`Unexpected HTTP ${result.status} while ${action}: ${result.message}`);
  }
}

/** The error for a call that failed after all retries. */
export function unavailableError(result: GaveUp, action?: string): UnavailableError {
  const { retries, throttled, status } = result;
  const after = retries === 0 ? '' : ` after ${retries} ${retries === 1 ? 'retry' : 'retries'}`;
  const what = throttled
    ? 'Still rate-limited'
    : status === undefined
      ? 'Could not reach Miso'
      : 'Miso kept failing';
  return new UnavailableError(
    `${what}${after}${action === undefined ? '' : ` while ${action}`}: ${reasonOf(result)}`,
  );
}

/** The error for a key that Miso refused. */
export function deniedError({ status, message }: { status: number; message: string }): AccessError {
  return new AccessError(`Miso refused the key (HTTP ${status}): ${message}`);
}
