import type { Clock } from '../../clock.ts';
import type { RunView } from '../../upload/settings.ts';
import type { Output } from '../../world.ts';
import type { Style } from '../text/style.ts';

/** Shows how far a run is, until it is stopped. */
export interface Progress {
  start(view: RunView): void;
  /** The server has asked for a pause. `until`: on the monotonic clock. */
  pause(until: number, reason: string): void;
  /** A line that stays, above what moves. */
  log(text: string): void;
  /** Nothing is drawn any more once this resolves. */
  stop(): Promise<void>;
}

export interface ProgressDeps {
  readonly output: Output;
  readonly clock: Clock;
  readonly style: Style;
}

/** A pause that the server has asked for. */
export interface Pause {
  /** On the monotonic clock. */
  readonly until: number;
  readonly reason: string;
}

/** Shows nothing but what has to be said. */
export function noProgress(output: Output): Progress {
  return { start: () => {}, pause: () => {}, log: (text) => say(output, text), stop: async () => {} };
}

/** Writes what nobody waits for: a stream of messages that cannot be written does not end a run. */
export function say(output: Output, text: string): void {
  output.write(text).catch(() => {});
}
