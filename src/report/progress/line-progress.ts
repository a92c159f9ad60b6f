import { escapeLines, timestamp } from '../../text.ts';
import { type Pause, type Progress, type ProgressDeps, type ProgressText, print } from './progress.ts';
import { pauseText } from './progress-text.ts';

/** Milliseconds between lines. */
const lineMs = 10_000;

/** Progress for a log: a line with a time stamp every ten seconds. */
export function lineProgress({ output, clock }: Omit<ProgressDeps, 'style'>): Progress {
  const ended = new AbortController();
  let pause: Pause | undefined;
  let writing = Promise.resolve();
  const line = (text: string) => print(output, `${timestamp(clock.now())} ${text}\n`);

  const write = async (textAt: ProgressText) => {
    while (!ended.signal.aborted) {
      await clock.sleep(lineMs, ended.signal).catch(() => {});
      if (!ended.signal.aborted) line(textAt(clock.monotonic(), pause));
    }
  };
  return {
    start: (text) => {
      writing = write(text);
    },
    pause: (until, reason) => {
      pause = { until, reason };
      // Short pauses are routine. A long one explains why the log is silent.
      if (until - clock.monotonic() >= lineMs)
        line(`${pauseText(pause, clock.monotonic())} (${escapeLines(reason)})`);
    },
    log: (text) =>
      print(
        output,
        text.replace(/^(?=.)/gm, () => `${timestamp(clock.now())} `),
      ),
    stop: () => {
      ended.abort();
      return writing;
    },
  };
}
