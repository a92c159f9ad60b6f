import type { Reason, Rejection } from '../../records/record.ts';
import { pluralize } from '../../text.ts';
import type { Item, RejectedItem } from '../item.ts';

/** A rejection of a record that passed the local checks. */
export function rejectionOf({ record }: Item, reasons: readonly Reason[]): Rejection {
  // Copied, because a batch frees the text of its records once each has an outcome.
  const { kind, file, line, raw } = record.source;
  return { kind: 'rejected', id: record.id, reasons, source: { kind, file, line, raw }, json: record.json };
}

/** A rejection of a record that does not fit into a body of `maxBytes`. */
export function oversized(item: Item, maxBytes: number): RejectedItem {
  const rejection = rejectionOf(item, [oversizedReason(item.record.bytes, maxBytes)]);
  return { rejection, position: item.position };
}

/** Why a record of `bytes` bytes is not sent in a body of at most `maxBytes`. */
export function oversizedReason(bytes: number, maxBytes: number): Reason {
  return {
    field: '',
    reason: `expected a record that fits into one request of ${pluralize(maxBytes, 'byte')}`,
    found: pluralize(bytes, 'byte'),
    hint: 'See --bytes-per-request.',
    by: 'local',
  };
}
