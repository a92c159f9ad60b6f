import type { SourceRecord } from '../input/source.ts';
import type { Draft } from './columns/draft.ts';
import type { Reason, Rejection } from './record.ts';

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

function jsonOf(draft: Draft, raw: string | undefined): string | undefined {
  if (raw !== undefined && !draft.changed) return raw.trim();
  try {
    return draft.toJson();
  } catch {
    // The serialiser gives up on values nested by the thousand, for which the record was rejected anyway.
    return undefined;
  }
}

/** The rejection of a draft with all its reasons; `raw` is the JSON text that it came from. */
export function rejectionOf(draft: Draft, source: SourceRecord, raw: string | undefined): Rejection {
  const json = jsonOf(draft, raw);
  return {
    kind: 'rejected',
    ...(draft.id === undefined || draft.id === '' ? {} : { id: draft.id }),
    reasons: draft.reasons,
    source,
    ...(json === undefined ? {} : { json }),
  };
}
