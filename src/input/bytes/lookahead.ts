/** The first items of a sequence, looked at before they are read. */
export interface Lookahead<T> {
  readonly head: readonly T[];
  /** The sequence ended within the head. */
  readonly complete: boolean;
  /** What the sequence threw within the head; reading meets it again after the head. */
  readonly failure: unknown;
  /** The whole sequence, head included. To be read once. */
  readonly all: AsyncGenerator<T>;
}

/**
 * Takes items until `enough` of them are there, the sequence ends, or it throws. `keep` copies an item that would not
 * outlast the next one.
 */
export async function lookahead<T>(
  items: AsyncGenerator<T>,
  enough: (head: readonly T[]) => boolean,
  keep: (item: T) => T = (item) => item,
): Promise<Lookahead<T>> {
  const head: T[] = [];
  let complete = false;
  let failure: unknown;
  while (!enough(head)) {
    try {
      const next = await items.next();
      complete = next.done === true;
      if (next.done) break;
      head.push(keep(next.value));
    } catch (error) {
      failure = error;
      break;
    }
  }
  return { head, complete, failure, all: replay({ head: [...head], complete, failure, items }) };
}

async function* replay<T>(seen: {
  head: T[];
  complete: boolean;
  failure: unknown;
  items: AsyncGenerator<T>;
}): AsyncGenerator<T> {
  const { head, complete, failure, items } = seen;
  try {
    // Shifted out, not iterated, so that the head is not held while gigabytes follow.
    while (head.length > 0) yield head.shift()!;
    if (failure !== undefined) throw failure;
    if (!complete) yield* items;
  } finally {
    await items.return(undefined);
  }
}
