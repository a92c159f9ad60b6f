import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { RunStop } from '../../src/upload/run-stop.ts';
import { stopSignals } from '../api/fake-server.ts';

const quiet = { clock: systemClock, graceMs: 10_000, onStop: () => {} };

describe('stopping a run', () => {
  it('leaves no listener behind when the run ends by itself', () => {
    const stop = new RunStop(stopSignals().stop);
    const endWatch = stop.watch(quiet);
    expect(getEventListeners(stop.soft, 'abort')).toHaveLength(1);
    endWatch();
    expect(getEventListeners(stop.soft, 'abort')).toEqual([]);
  });

  it('reports the first reason, and cuts off calls when the grace period ends', async () => {
    const stop = new RunStop(stopSignals().stop);
    let stopped = 0;
    const sleeps: number[] = [];
    const clock = { ...systemClock, sleep: async (ms: number) => void sleeps.push(ms) };
    stop.watch({ clock, graceMs: 7, onStop: () => stopped++ });
    stop.request(new Error('first'));
    stop.request(new Error('second'));
    await new Promise(setImmediate);
    expect([stopped, sleeps]).toEqual([1, [7]]);
    expect(stop.hard.reason).toEqual(new Error('first'));
    expect(() => stop.throwIfRequested()).toThrow('first');
  });
});
