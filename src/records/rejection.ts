import type { SourceRecord } from '../input/source.ts';
import type { Reason, Rejection } from './record.ts';
import type { RecordBuilder } from './record-builder.ts';

/** What can be wrong with a record as a whole, be it found here or by the reader. */
interface WholeFault {
  readonly reason: string;
  readonly found?: string | undefined;
  readonly hint?: string | undefined;
}

/** The rejection of a record of which nothing could be built. */
export function unreadable(source: SourceRecord, { reason, found, hint }: WholeFault): Rejection {
  const told: Reason = {
    field: '',
    reason,
    ...(found === undefined ? {} : { found }),
    ...(hint === undefined ? {} : { hint }),
    by: 'local',
  };
  return { kind: 'rejected', reasons: [told], source };
}

function jsonOf(builder: RecordBuilder, raw: string | undefined): string | undefined {
  if (raw !== undefined && !builder.changed) return raw.trim();
  try {
    return builder.toJson();
  } catch {
    // The serialiser gives up on values nested by the thousand, for which the record was rejected anyway.
    return undefined;
  }
}

/** The rejection of a builder with all its reasons; `raw` is the JSON text that it came from. */
export function rejectionOf(
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
