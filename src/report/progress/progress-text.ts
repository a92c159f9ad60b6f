import {
  escapeControls,
  formatBytes,
  formatCount,
  formatDuration,
  joinParts,
  pluralize,
} from '../../text.ts';
import type { UploadSummary } from '../../upload/outcome/summary.ts';
import type { RunView } from '../../upload/settings.ts';
import { previousRecords } from '../text/upload/headline.ts';
import type { Pause } from './progress.ts';

/** Milliseconds after which the rate, and later the time left, can be estimated. */
const minRateMs = 500;
const minTimeLeftMs = 2000;

/**
 * The state of an upload on one line, the most important part first, because a narrow terminal cuts the rest:
 * a pause that the server asked for, share of the bytes read, records, rejected, time left, rate, retries,
 * requests at a time. `now`: monotonic.
 */
export function progressText(view: RunView, now: number, pause: Pause | undefined): string {
  const summary = view.summary();
  const { records, requests, throughput, durationMs: elapsed } = summary;
  const bytes = view.bytesRead();
  const share = view.bytesTotal ? Math.min(1, bytes / view.bytesTotal) : undefined;
  const fresh = records.read - previousRecords(summary);
  return progressLine(
    {
      ...{ share, fresh, elapsed, retried: requests.retried },
      parts: [
        share === undefined ? '' : `${Math.floor(share * 100)}% read`,
        pluralize(records.read, 'record'),
        share === undefined ? `${formatBytes(bytes)} read` : '',
        records.rejected > 0 ? `${formatCount(records.rejected)} rejected` : '',
      ],
      details: throughput && elapsed > minRateMs ? paceParts(throughput) : [],
    },
    now,
    pause,
  );
}

type Pace = NonNullable<UploadSummary['throughput']>;

/** How many requests are in flight, and the rate that the server accepts if it refused any. */
function paceParts({ concurrency, requestsPerSecond }: Pace): string[] {
  return [
    `${pluralize(concurrency.typical, 'request')} at a time`,
    requestsPerSecond === undefined ? '' : `${requestsPerSecond} requests/s`,
  ];
}

/** The number of users read so far, and in total. */
export interface UsersView {
  readonly done: number;
  readonly total: number;
  /** Milliseconds since the first read. */
  readonly elapsed: number;
  /** Requests that were repeated. */
  readonly retried: number;
}

/** The state of a command that reads users, on one line. */
export function usersText({ done, total, elapsed, retried }: UsersView, now: number, pause?: Pause): string {
  const share = total === 0 ? undefined : done / total;
  const parts = [
    share === undefined ? '' : `${Math.floor(share * 100)}%`,
    total === 0 ? 'listing all ids' : `${formatCount(done)} of ${pluralize(total, 'user')}`,
  ];
  return progressLine({ share, fresh: done, elapsed, retried, parts }, now, pause);
}

/** The parts of a progress line. */
export interface ProgressView {
  /** Share of the work that is done, from 0 to 1; undefined if unknown. */
  readonly share: number | undefined;
  /** Records or users that this run has finished. */
  readonly fresh: number;
  /** Milliseconds. */
  readonly elapsed: number;
  readonly retried: number;
  /** What was done, for the start of the line. */
  readonly parts: readonly string[];
  /** For the end of the line, which only a wide terminal shows. */
  readonly details?: readonly string[];
}

export function progressLine(
  { share, fresh, elapsed, retried, parts, details = [] }: ProgressView,
  now: number,
  pause: Pause | undefined,
): string {
  const current = pause !== undefined && pause.until > now ? pause : undefined;
  const timeLeft =
    share !== undefined && share > 0.01 && share < 1 && elapsed > minTimeLeftMs && current === undefined
      ? (elapsed * (1 - share)) / share
      : undefined;
  return joinParts(
    [
      current === undefined ? '' : pauseText(current, now),
      ...parts,
      timeLeft === undefined ? '' : `${formatDuration(timeLeft)} left`,
      fresh > 0 && elapsed > minRateMs && current === undefined
        ? `${formatCount(Math.round((fresh * 1000) / elapsed))}/s`
        : '',
      retried > 0 ? pluralize(retried, 'retry', 'retries') : '',
      current === undefined ? '' : escapeControls(current.reason),
      ...(current === undefined ? details : []),
    ],
    ' · ',
  );
}

/** `rate limited; resuming in 12 s` */
export function pauseText({ until }: Pause, now: number): string {
  return `rate limited; resuming in ${formatDuration(until - now)}`;
}
