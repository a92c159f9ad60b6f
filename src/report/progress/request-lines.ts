import type { RequestEvents } from '../../api/call.ts';
import { escapeLines } from '../../text.ts';

/** What --verbose says of each request: never its headers, which hold the key, and never its query. */
export function requestLines(line: (text: string) => void): RequestEvents {
  return {
    onResponse: ({ call, status, ms }) => line(`${call.method} /${call.path} ${status} ${Math.round(ms)} ms`),
    onRetry: ({ call, failures, waitMs, reason }) =>
      line(
        `${call.method} /${call.path} failed (${failures}): ${escapeLines(reason)}; again in ${Math.round(waitMs)} ms`,
      ),
  };
}
