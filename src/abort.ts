/**
 * Settles as `work` does, or rejects with the abort reason when `signal` aborts first. `Promise.race` against
 * one promise for the signal would keep a reaction for every call until the signal aborts.
 */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Yields the items of `source` until `signal` aborts; then throws its reason immediately, even while `source`
 * waits.
 */
export async function* untilAborted<T>(source: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T> {
  for (;;) {
    signal.throwIfAborted();
    const next = await orAbort(source.next(), signal);
    if (next.done) return;
    yield next.value;
  }
}
