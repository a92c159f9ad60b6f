import { AccessError, ProtocolError, UnavailableError } from '../../errors.ts';
import type { Outcome } from './caller.ts';

/** The error for an answer that is none of those that were hoped for; `doing` says what was tried. */
export function failureOf(outcome: Outcome, doing: string): Error {
  switch (outcome.kind) {
    case 'gave-up':
      return new UnavailableError(`Miso gave no good answer to the last try, ${doing}: ${outcome.message}`);
    case 'denied':
      return new AccessError(`Miso refused the key (HTTP ${outcome.status}): ${outcome.message}`);
    case 'success':
      return new ProtocolError(`Miso's answer to ${doing} is not what its documentation says.`);
    case 'partial':
      return new ProtocolError(
        `Miso answered with an error, ${doing}: ${[outcome.message, ...outcome.lines].join(' ')}`,
      );
    default:
      return new ProtocolError(`Miso answered with HTTP ${outcome.status}, ${doing}: ${outcome.message}`);
  }
}
