import {
  escapeControls,
  formatBytes,
  formatCount,
  formatDuration,
  joinParts,
  pluralize,
} from '../../text.ts';
import type { RunView } from '../../upload/settings.ts';
import type { Pause } from './progress.ts';

/** Milliseconds from which a rate, and then a time that is left, can be told. */
const rateAfterMs = 500;
const restAfterMs = 2000;

/**
 * Where a run stands: share of the bytes read, records, rate, rejected, retries, time left; or the pause that the server
 * has asked for. The parts stand in the order of their weight, for a terminal that is too narrow for all of them. `now`: on the monotonic clock.
 */
export function progressParts(view: RunView, now: number, pause: Pause | undefined): string[] {
  const { records, requests, durationMs: elapsed } = view.summary();
  const read = view.bytesRead();
  const share = view.bytesTotal ? Math.min(1, read / view.bytesTotal) : undefined;
  const paused = pause !== undefined && pause.until > now;
  const fresh = records.read - records.skipped;
  const knowsRest = share !== undefined && share > 0.01 && share < 1 && elapsed > restAfterMs && !paused;
  return [
    paused ? `paused by the server, on in ${formatDuration(pause.until - now)}` : '',
    share === undefined ? '' : `${Math.floor(share * 100)}% read`,
    pluralize(records.read, 'record'),
    share === undefined ? `${formatBytes(read)} read` : '',
    records.rejected > 0 ? `${formatCount(records.rejected)} rejected` : '',
    knowsRest ? `${formatDuration((elapsed * (1 - share)) / share)} left` : '',
    elapsed > rateAfterMs && !paused ? `${formatCount(Math.round((fresh * 1000) / elapsed))}/s` : '',
    requests.retried > 0 ? pluralize(requests.retried, 'retry', 'retries') : '',
    paused ? escapeControls(pause.reason) : '',
  ].filter((part) => part !== '');
}

/** The same as one line. */
export function progressText(view: RunView, now: number, pause: Pause | undefined): string {
  return joinParts(progressParts(view, now, pause), ' · ');
}
