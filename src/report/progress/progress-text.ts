import {
  escapeControls,
  formatBytes,
  formatCount,
  formatDuration,
  joinParts,
  pluralize,
} from '../../text.ts';
import type { RunView } from '../../upload/settings.ts';
import { previousRecords } from '../text/upload/headline.ts';
import type { Pause } from './progress.ts';

/** Milliseconds of a run after which its rate, and then the time left, can be estimated. */
const minRateMs = 500;
const minTimeLeftMs = 2000;

/**
 * The state of a run on one line, the most important part first, because a narrow terminal cuts the rest: a pause that
 * the server asked for, share of the bytes read, records, rejected, time left, rate, retries. `now`: monotonic.
 */
export function progressText(view: RunView, now: number, pause: Pause | undefined): string {
  const summary = view.summary();
  const { records, requests, durationMs: elapsed } = summary;
  const bytes = view.bytesRead();
  const share = view.bytesTotal ? Math.min(1, bytes / view.bytesTotal) : undefined;
  const current = pause !== undefined && pause.until > now ? pause : undefined;
  const fresh = records.read - previousRecords(summary);
  const timeLeft =
    share !== undefined && share > 0.01 && share < 1 && elapsed > minTimeLeftMs && current === undefined
      ? (elapsed * (1 - share)) / share
      : undefined;
  return joinParts(
    [
      current === undefined ? '' : pauseText(current, now),
      share === undefined ? '' : `${Math.floor(share * 100)}% read`,
      pluralize(records.read, 'record'),
      share === undefined ? `${formatBytes(bytes)} read` : '',
      records.rejected > 0 ? `${formatCount(records.rejected)} rejected` : '',
      timeLeft === undefined ? '' : `${formatDuration(timeLeft)} left`,
      elapsed > minRateMs && current === undefined
        ? `${formatCount(Math.round((fresh * 1000) / elapsed))}/s`
        : '',
      requests.retried > 0 ? pluralize(requests.retried, 'retry', 'retries') : '',
      current === undefined ? '' : escapeControls(current.reason),
    ],
    ' · ',
  );
}

/** `rate limited; resuming in 12 s` */
export function pauseText({ until }: Pause, now: number): string {
  return `rate limited; resuming in ${formatDuration(until - now)}`;
}
