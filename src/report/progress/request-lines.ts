import type { RequestEvents } from '../../api/call.ts';
import { escapeLines } from '../../text.ts';

/** One line per request for --verbose, without headers and query: they may hold the key. */
export function requestEvents(line: (text: string) => void): RequestEvents {
  return {
    onResponse: ({ call, status, ms }) => line(`${call.method} /${call.path} ${status} ${Math.round(ms)} ms`),
    onRetry: ({ call, failures, waitMs, reason }) =>
      line(
        `${call.method} /${call.path} failed (${failures}): ${escapeLines(reason)}; retrying in ${Math.round(waitMs)} ms`,
      ),
  };
}
