import type { SourceRecord } from '../input/source.ts';
import type { Rejection } from './record.ts';
import type { RecordBuilder } from './record-builder.ts';

/** What is wrong with a record as a whole. */
interface RecordFault {
  readonly reason: string;
  readonly found?: string | undefined;
  readonly hint?: string | undefined;
}

/** The rejection of a record that could not be read as one. */
export function rejectUnreadable(source: SourceRecord, { reason, found, hint }: RecordFault): Rejection {
  const only = {
    field: '',
    reason,
    ...(found === undefined ? {} : { found }),
    ...(hint === undefined ? {} : { hint }),
    by: 'local',
  } as const;
  return { kind: 'rejected', reasons: [only], source };
}

/** The rejection of a record with all its reasons. `raw`: the JSON text that it was read from. */
export function rejectRecord(
  builder: RecordBuilder,
  source: SourceRecord,
  raw: string | undefined,
): Rejection {
  const json = jsonOf(builder, raw);
  return {
    kind: 'rejected',
    ...(builder.id === undefined || builder.id === '' ? {} : { id: builder.id }),
    reasons: builder.reasons,
    source,
    ...(json === undefined ? {} : { json }),
  };
}

function jsonOf(builder: RecordBuilder, raw: string | undefined): string | undefined {
  if (raw !== undefined && !builder.changed) return raw.trim();
  try {
    return builder.toJson();
  } catch {
    // JSON.stringify overflows on very deep nesting, for which the record was rejected.
    return undefined;
  }
}
