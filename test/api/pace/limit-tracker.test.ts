import { describe, expect, it } from 'vitest';
import { LimitTracker } from '../../../src/api/pace/limit-tracker.ts';

describe('what limited the requests', () => {
  it('is not this machine while the last replies are awaited', () => {
    const tracker = new LimitTracker();
    tracker.note(0, 'latency', 1);
    tracker.note(100, 'machine', 1);
    expect(tracker.summary(1000).limitedBy).toBe('latency');
  });

  it('is this machine if another request follows after a time without any', () => {
    const tracker = new LimitTracker();
    tracker.note(0, 'latency', 1);
    tracker.note(100, 'machine', 0);
    tracker.note(900, 'latency', 1);
    expect(tracker.summary(1000)).toEqual({ concurrency: { peak: 1, typical: 1 }, limitedBy: 'machine' });
  });
});
