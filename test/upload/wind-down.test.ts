import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Reading } from '../../src/upload/reading/read.ts';
import { windDown } from '../../src/upload/wind-down.ts';

describe('winding down', () => {
  it('leaves nothing behind with the signal of a run that ended by itself', () => {
    const stop = new AbortController();
    const reading = { stop: () => {} } as Reading;
    const over = windDown(reading, { stop: stop.signal, cut: new AbortController(), clock: systemClock });
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    over();
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});
