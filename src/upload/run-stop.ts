import { setMaxListeners } from 'node:events';
import type { StopSignals } from '../api/call.ts';
import type { Clock } from '../clock.ts';

/** Milliseconds that calls in flight get to finish after a run was stopped. */
export const defaultGraceMs = 10_000;

export interface RunStopOptions {
  readonly clock: Clock;
  readonly graceMs: number;
  /** Called once when the run is stopped. */
  readonly onStop: () => void;
}

/**
 * Ends a run early: on a signal, at a limit such as --max-rejects, or after a failure. Calls in flight may
 * finish within the grace period. The first reason is the one that is reported.
 */
export class RunStop implements StopSignals {
  readonly soft: AbortSignal;
  readonly hard: AbortSignal;
  readonly #soft = new AbortController();
  readonly #hard = new AbortController();

  constructor(outer: StopSignals) {
    this.soft = AbortSignal.any([outer.soft, this.#soft.signal]);
    this.hard = AbortSignal.any([outer.hard, this.#hard.signal]);
    // Each call in flight adds a listener.
    setMaxListeners(0, this.soft, this.hard);
  }

  request(reason: unknown): void {
    this.#soft.abort(reason);
  }

  throwIfRequested(): void {
    if (this.soft.aborted) throw this.soft.reason;
  }

  /**
   * Aborts calls that are still in flight when the grace period ends. Returns a function that stops watching.
   */
  watch({ clock, graceMs, onStop }: RunStopOptions): () => void {
    const ended = new AbortController();
    const begin = () => {
      onStop();
      clock.sleep(graceMs, ended.signal).then(
        () => this.#hard.abort(this.soft.reason),
        () => {},
      );
    };
    this.soft.addEventListener('abort', begin, { once: true });
    if (this.soft.aborted) begin();
    return () => {
      // Node keeps a signal made by AbortSignal.any, and everything its listeners refer to, as long as it has
      // listeners.
      this.soft.removeEventListener('abort', begin);
      ended.abort();
    };
  }
}
