import { escapeLines, formatDuration, timestamp } from '../../text.ts';
import type { RunView } from '../../upload/settings.ts';
import { type Pause, type Progress, type ProgressDeps, say } from './progress.ts';
import { progressText } from './progress-text.ts';

/** Milliseconds between two lines. */
const lineMs = 10_000;

/** A line with a time stamp every ten seconds: for logs. */
export function lineProgress({ output, clock }: Omit<ProgressDeps, 'style'>): Progress {
  const ended = new AbortController();
  let pause: Pause | undefined;
  let writing = Promise.resolve();
  const line = (text: string) => say(output, `${timestamp(clock.now())} ${text}\n`);

  const write = async (view: RunView) => {
    while (!ended.signal.aborted) {
      await clock.sleep(lineMs, ended.signal).catch(() => {});
      if (!ended.signal.aborted) line(progressText(view, clock.monotonic(), pause));
    }
  };
  return {
    start: (view) => {
      writing = write(view);
    },
    pause: (until, reason) => {
      // Short waits are everyday business; a long one explains a silent log.
      if (until - clock.monotonic() >= lineMs)
        line(
          `paused by the server, on in ${formatDuration(until - clock.monotonic())} (${escapeLines(reason)})`,
        );
      pause = { until, reason };
    },
    log: (text) =>
      say(
        output,
        text.replace(/^(?=.)/gm, () => `${timestamp(clock.now())} `),
      ),
    stop: () => {
      ended.abort();
      return writing;
    },
  };
}
