import type { Clock } from '../api/clock.ts';
import type { RunView } from '../upload/settings.ts';
import type { Output } from '../world.ts';
import type { Style } from './style.ts';
import { bytes, count, counted, duration } from './words.ts';

/** Milliseconds between two pictures on a terminal, and between two lines elsewhere. */
const frameMs = 100;
const lineMs = 10_000;

/** Shows how far a run is, until it is stopped. */
export interface Progress {
  start(view: RunView): void;
  /** The server has asked for a pause, until then (milliseconds since 1970). */
  pause(until: number, reason: string): void;
  /** A line that stays, above what moves. */
  log(text: string): void;
  stop(): Promise<void>;
}

interface ProgressDeps {
  readonly output: Output;
  readonly clock: Clock;
  readonly style: Style;
}

/** Where the run stands, in a few words: what was read, how fast, what is left. */
export function progressText(
  view: RunView,
  now: { readonly ms: number; readonly pausedUntil: number },
): string {
  const { records, requests, startedAt } = view.summary();
  const elapsed = now.ms - Date.parse(startedAt);
  const read = view.bytesRead();
  const share = view.bytesTotal ? Math.min(1, read / view.bytesTotal) : undefined;
  const rate = elapsed > 500 ? ((records.read - records.skipped) * 1000) / elapsed : undefined;
  const left =
    share !== undefined && share > 0.01 && elapsed > 2000 ? (elapsed * (1 - share)) / share : undefined;
  const parts = [
    share === undefined ? `${bytes(read)} read` : `${Math.floor(share * 100)}%`,
    counted(records.read, 'record'),
    rate === undefined ? '' : `${count(Math.round(rate))}/s`,
    records.rejected > 0 ? `${count(records.rejected)} rejected` : '',
    requests.retried > 0 ? counted(requests.retried, 'retry', 'retries') : '',
    left === undefined ? '' : `${duration(left)} left`,
    now.pausedUntil > now.ms ? `the server asks to wait: ${duration(now.pausedUntil - now.ms)}` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** One moving line on a terminal. */
export function terminalProgress({ output, clock, style }: ProgressDeps): Progress {
  let spinner: import('ora').Ora | undefined;
  let pausedUntil = 0;
  const ended = new AbortController();
  let drawing = Promise.resolve();

  const draw = async (view: RunView) => {
    const { default: ora } = await import('ora');
    if (ended.signal.aborted) return;
    spinner = ora({
      stream: output.stream,
      discardStdin: false,
      color: style.level > 0 ? 'cyan' : false,
      isEnabled: true,
    });
    spinner.start();
    while (!ended.signal.aborted) {
      spinner.text = shorten(progressText(view, { ms: clock.now(), pausedUntil }), output.columns - 3);
      await clock.sleep(frameMs, ended.signal).catch(() => {});
    }
    spinner.stop();
  };
  return {
    start: (view) => {
      drawing = draw(view);
    },
    pause: (until) => {
      pausedUntil = until;
    },
    log: (text) => {
      spinner?.clear();
      void output.write(text);
      spinner?.render();
    },
    stop: () => {
      ended.abort();
      return drawing;
    },
  };
}

/** A line with a time stamp every ten seconds: for logs. */
export function lineProgress({ output, clock }: ProgressDeps): Progress {
  let pausedUntil = 0;
  const ended = new AbortController();
  let writing = Promise.resolve();
  const stamp = () => new Date(clock.now()).toISOString();

  const write = async (view: RunView) => {
    while (!ended.signal.aborted) {
      await clock.sleep(lineMs, ended.signal).catch(() => {});
      if (ended.signal.aborted) return;
      await output.write(`${stamp()} ${progressText(view, { ms: clock.now(), pausedUntil })}\n`);
    }
  };
  return {
    start: (view) => {
      writing = write(view);
    },
    pause: (until, reason) => {
      // Short waits are everyday business; a long one explains a silent log.
      if (until - clock.now() >= lineMs)
        void output.write(`${stamp()} waiting ${duration(until - clock.now())}: ${reason}\n`);
      pausedUntil = until;
    },
    log: (text) => void output.write(text),
    stop: () => {
      ended.abort();
      return writing;
    },
  };
}

/** Shows nothing but what has to be said. */
export function noProgress(output: Output): Progress {
  return { start: () => {}, pause: () => {}, log: (text) => void output.write(text), stop: async () => {} };
}

/** One line, whatever the width: a line that wraps cannot be drawn over. */
function shorten(text: string, width: number): string {
  if (width <= 1 || text.length <= width) return text;
  return `${text.slice(0, width - 1)}…`;
}
