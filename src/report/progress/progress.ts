import type { Clock } from '../../clock.ts';
import type { Output } from '../../world.ts';
import type { Style } from '../text/style.ts';

/** The state of a run on one line. `now`: milliseconds of the monotonic clock. */
export type ProgressText = (now: number, pause: Pause | undefined) => string;

/** Shows the progress of a run until it is stopped. */
export interface Progress {
  start(text: ProgressText): void;
  /** The server asked for a pause until this time of the monotonic clock. */
  pause(until: number, reason: string): void;
  /** Prints permanent lines above the progress line. */
  log(text: string): void;
  /** Nothing is drawn after this resolves. */
  stop(): Promise<void>;
}

export interface ProgressDeps {
  readonly output: Output;
  readonly clock: Clock;
  readonly style: Style;
}

/** A pause that the server asked for. */
export interface Pause {
  /** Milliseconds of the monotonic clock. */
  readonly until: number;
  readonly reason: string;
}

/** Shows nothing but messages. */
export function noProgress(output: Output): Progress {
  return { start: () => {}, pause: () => {}, log: (text) => print(output, text), stop: async () => {} };
}

/** Writes a message without waiting for it. A stream that cannot be written does not end the run. */
export function print(output: Output, text: string): void {
  output.write(text).catch(() => {});
}
