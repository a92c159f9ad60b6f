import type { WriteStream } from 'node:tty';
import type { Ora } from 'ora';
import type { Output } from '../../world.ts';
import { truncate } from '../text/width.ts';
import { type Pause, type Progress, type ProgressDeps, type ProgressText, print } from './progress.ts';

/** Milliseconds between frames. */
const frameMs = 100;
/** The spinner, the space after it, and the last column, where some terminals already wrap. */
const spinnerColumns = 3;

/** Progress on a terminal: one line, updated in place. */
export function terminalProgress({ output, clock, style }: ProgressDeps): Progress {
  const ended = new AbortController();
  let pause: Pause | undefined;
  let drawing = Promise.resolve();

  const draw = async (textAt: ProgressText) => {
    const spinner = await createSpinner(output, style.level > 0);
    if (ended.signal.aborted) return;
    const text = () => truncate(textAt(clock.monotonic(), pause), output.columns - spinnerColumns);
    spinner.start(text());
    while (!ended.signal.aborted) {
      await clock.sleep(frameMs, ended.signal).catch(() => {});
      spinner.text = text();
    }
    spinner.stop();
  };
  return {
    start: (text) => {
      drawing = draw(text);
    },
    pause: (until, reason) => {
      pause = { until, reason };
    },
    // The spinner notices writes to its stream and moves out of the way.
    log: (text) => print(output, text),
    stop: () => {
      ended.abort();
      return drawing;
    },
  };
}

async function createSpinner(output: Output, colored: boolean): Promise<Ora> {
  const { default: ora } = await import('ora');
  return ora({
    stream: drawable(output),
    discardStdin: false,
    color: colored ? 'cyan' : false,
    isEnabled: true,
  });
}

/**
 * The stream given to ora, which would clear lines forever on a terminal that reports 0 columns, and which
 * patches its stream and so must not get the original.
 */
function drawable(output: Output): NodeJS.WritableStream {
  const terminal = output.stream as WriteStream;
  const drawing = {
    isTTY: true,
    get columns() {
      return output.columns;
    },
    get rows() {
      return terminal.rows;
    },
    write: terminal.write.bind(terminal),
    cursorTo: terminal.cursorTo.bind(terminal),
    moveCursor: terminal.moveCursor.bind(terminal),
    clearLine: terminal.clearLine.bind(terminal),
    once: terminal.once.bind(terminal),
    removeListener: terminal.removeListener.bind(terminal),
  };
  return drawing as unknown as NodeJS.WritableStream;
}
