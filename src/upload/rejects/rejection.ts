import type { Reason, Rejection } from '../../records/record.ts';
import { pluralize } from '../../text.ts';
import type { Item } from '../batching/item.ts';

/** A record that passed every check of its own, and is not stored for these reasons. */
export function rejectionOf({ record }: Item, reasons: readonly Reason[]): Rejection {
  return { kind: 'rejected', id: record.id, reasons, source: record.source, json: record.json };
}

/** A record that fits into no call of so many bytes. */
export function oversized(item: Item, limit: number): Rejection {
  const found = pluralize(item.record.bytes, 'byte');
  const reason = `expected a record that fits into one call of ${pluralize(limit, 'byte')}`;
  return rejectionOf(item, [{ field: '', reason, found, hint: 'See --bytes-per-request.', by: 'local' }]);
}
