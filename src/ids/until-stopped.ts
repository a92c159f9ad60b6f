/**
 * Passes on what comes, until `stop` aborts: then its reason is thrown at once, even while a pipe is waited for that says
 * nothing.
 */
export async function* untilStopped<T>(source: AsyncGenerator<T>, stop: AbortSignal): AsyncGenerator<T> {
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
  });
  // Heard where it is raced; that nobody waits for it any more is no fault.
  stopped.catch(() => {});
  for (;;) {
    stop.throwIfAborted();
    const next = await Promise.race([source.next(), stopped]);
    if (next.done) return;
    yield next.value;
  }
}
