import type { Clock } from '../clock.ts';
import type { Reading } from './reading/read.ts';

/** Milliseconds that calls in flight have to finish once the run has to stop. */
const graceMs = 10_000;

/**
 * Once the run has to stop: reads no further, and cuts off what is still in flight when the grace is over.
 * Returns what is to be called when the run is over.
 */
export function windDown(
  reading: Reading,
  { stop, cut, clock }: { readonly stop: AbortSignal; readonly cut: AbortController; readonly clock: Clock },
): () => void {
  const over = new AbortController();
  const begin = () => {
    reading.stop();
    clock.sleep(graceMs, over.signal).then(
      () => cut.abort(stop.reason),
      () => {},
    );
  };
  stop.addEventListener('abort', begin, { once: true });
  if (stop.aborted) begin();
  return () => {
    // Node keeps a signal that follows others, and all its listeners hold, as long as it has any.
    stop.removeEventListener('abort', begin);
    over.abort();
  };
}
