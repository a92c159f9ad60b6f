import type { Batch } from './item.ts';

/**
 * Works on several batches at once, and never on two that hold the same id: a batch waits until each earlier one
 * with an id of its own has come to its end, retries and all. So the last record of an id wins.
 * Pulls the next batch only when fewer than `window` are unfinished, so memory depends on the window alone.
 *
 * @param work One batch, to its end. When one throws, no further batch is begun and the error is thrown here
 *   after all that had begun have ended. So is an error of `batches`, when no work failed.
 */
export async function dispatch(
  batches: AsyncIterable<Batch>,
  work: (batch: Batch) => Promise<void>,
  window: () => number,
): Promise<void> {
  const unfinished = new Set<Promise<void>>();
  const lastWithKey = new Map<string | number, Promise<void>>();
  let failure: { error: unknown } | undefined;
  let onEnd = () => {};

  const begin = (batch: Batch) => {
    const earlier = new Set<Promise<void>>();
    const keys = [...batch.keys];
    for (const key of keys) {
      const before = lastWithKey.get(key);
      if (before) earlier.add(before);
    }
    const done = finish(batch, earlier);
    unfinished.add(done);
    for (const key of keys) lastWithKey.set(key, done);
    void done.then(() => {
      unfinished.delete(done);
      for (const key of keys) {
        if (lastWithKey.get(key) === done) lastWithKey.delete(key);
      }
      onEnd();
    });
  };

  /** Never rejects: a failure is kept for the end. */
  const finish = async (batch: Batch, earlier: ReadonlySet<Promise<void>>) => {
    await Promise.all(earlier);
    if (failure) return;
    try {
      await work(batch);
    } catch (error) {
      failure ??= { error };
    }
  };

  // Not a race of all: each race would leave its mark on the slowest, for as long as that one takes.
  const oneEnds = () =>
    new Promise<void>((resolve) => {
      onEnd = resolve;
    });

  let unreadable: { error: unknown } | undefined;
  try {
    for await (const batch of batches) {
      begin(batch);
      while (unfinished.size >= window() && !failure) await oneEnds();
      if (failure) break;
    }
  } catch (error) {
    unreadable = { error };
  }
  await Promise.all(unfinished);
  const first = failure ?? unreadable;
  if (first) throw first.error;
}
