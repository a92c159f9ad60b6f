import type { SourceRecord } from '../input/source.ts';
import type { Hasher } from './hash/hasher.ts';
import type { Rejection } from './record.ts';
import type { RecordBuilder } from './record-builder.ts';

/** What is wrong with a record as a whole. */
interface RecordFault {
  readonly reason: string;
  readonly found?: string | undefined;
  readonly hint?: string | undefined;
}

/**
 * The rejection of a record that could not be read as one. In a run that hashes values, what was found is not
 * shown: it may be one of them.
 */
export function rejectUnreadable(
  source: SourceRecord,
  { reason, found, hint }: RecordFault,
  hasher?: Hasher,
): Rejection {
  const only = {
    field: '',
    reason,
    ...(found === undefined || hasher !== undefined ? {} : { found }),
    ...(hint === undefined ? {} : { hint }),
    by: 'local',
  } as const;
  return { kind: 'rejected', reasons: [only], source };
}

/** The rejection of a record with all its reasons. */
export function rejectRecord(builder: RecordBuilder, source: SourceRecord): Rejection {
  const json = jsonOf(builder);
  return {
    kind: 'rejected',
    ...(builder.id === undefined || builder.id === '' ? {} : { id: builder.id }),
    reasons: builder.reasons,
    source,
    ...(json === undefined ? {} : { json }),
  };
}

function jsonOf(builder: RecordBuilder): string | undefined {
  try {
    return builder.toJson();
  } catch {
    // JSON.stringify overflows on very deep nesting, for which the record was rejected.
    return undefined;
  }
}
