import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { orAbort, untilAborted } from '../src/abort.ts';

describe('a wait that a signal can abort', () => {
  it('leaves nothing behind with a signal that never aborts', async () => {
    const { signal } = new AbortController();
    for (let n = 0; n < 100; n++) await orAbort(Promise.resolve(n), signal);
    await orAbort(Promise.reject(new Error('x')), signal).catch(() => {});
    const source = (async function* () {
      for (let n = 0; n < 100; n++) yield n;
    })();
    const seen: number[] = [];
    for await (const n of untilAborted(source, signal)) seen.push(n);
    expect(seen).toHaveLength(100);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('rejects with the reason immediately, even while the source waits', async () => {
    const controller = new AbortController();
    const source = (async function* () {
      yield 1;
      await new Promise(() => {});
    })();
    const items = untilAborted(source, controller.signal);
    expect(await items.next()).toEqual({ done: false, value: 1 });
    const next = items.next();
    controller.abort('stop');
    await expect(next).rejects.toBe('stop');
    await expect(orAbort(new Promise(() => {}), controller.signal)).rejects.toBe('stop');
  });
});
