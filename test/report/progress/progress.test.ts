import { describe, expect, it } from 'vitest';
import { lineProgress } from '../../../src/report/progress/line-progress.ts';
import { progressText, usersText } from '../../../src/report/progress/progress-text.ts';
import type { RunView } from '../../../src/upload/settings.ts';
import { memoryOutput, StillClock, summaryWith } from '../given.ts';

const start = Date.parse('2026-11-25T02:00:00.000Z');

function view({
  read = 250,
  total = 1000,
  records = 100,
  rejected = 0,
  skipped = 0,
  retried = 0,
  elapsed = 10_000,
}: Partial<
  Record<'read' | 'total' | 'records' | 'rejected' | 'skipped' | 'retried' | 'elapsed', number | undefined>
> = {}): RunView {
  return {
    inputs: [],
    bytesTotal: total === 0 ? undefined : total,
    bytesRead: () => read,
    summary: () =>
      summaryWith({
        durationMs: elapsed,
        records: { read: records, uploaded: records - rejected - skipped, rejected, superseded: 0, skipped },
        requests: { sent: 10, retried, failed: 0 },
      }),
  };
}

describe('the progress line', () => {
  it('shows share, records, time left and rate', () => {
    expect(progressText(view(), start + 10_000, undefined)).toBe('25% read · 100 records · 30 s left · 10/s');
  });

  it('shows rejected records and retries once there are any', () => {
    expect(progressText(view({ rejected: 2, retried: 1 }), start + 10_000, undefined)).toBe(
      '25% read · 100 records · 2 rejected · 30 s left · 10/s · 1 retry',
    );
  });

  it('ends with the number of requests at a time, and the rate that the server accepts', () => {
    const throughput = { recordsPerSecond: 9, concurrency: { peak: 64, typical: 12 } };
    const summary = { ...view().summary(), throughput: { ...throughput, limitedBy: 'latency' as const } };
    const limited = { ...summary, throughput: { ...summary.throughput, requestsPerSecond: 20 } };
    const at = (shown: typeof summary) =>
      progressText({ ...view(), summary: () => shown }, start + 10_000, undefined);
    expect(at(summary)).toMatch(/ · 10\/s · 12 requests at a time$/);
    expect(at(limited)).toMatch(/ · 12 requests at a time · 20 requests\/s$/);
  });

  it('shows no share and no time left for a stream', () => {
    expect(progressText(view({ total: 0 }), start + 10_000, undefined)).toBe(
      '100 records · 250 B read · 10/s',
    );
  });

  it('estimates nothing in the first moments, and ignores what the previous run did', () => {
    expect(progressText(view({ elapsed: 400 }), start + 400, undefined)).toBe('25% read · 100 records');
    expect(progressText(view({ elapsed: 1_900 }), start + 1_900, undefined)).toBe(
      '25% read · 100 records · 53/s',
    );
    expect(progressText(view({ skipped: 90 }), start + 10_000, undefined)).toContain(' 1/s');
  });

  it('counts down a pause, and gives its reason', () => {
    const pause = { until: start + 22_000, reason: 'HTTP 429: slow\u001b[2J down' };
    expect(progressText(view(), start + 10_000, pause)).toBe(
      'rate limited; resuming in 12 s · 25% read · 100 records · HTTP 429: slow\\u001b[2J down',
    );
    expect(progressText(view(), start + 22_000, pause)).not.toContain('rate limited');
  });
});

describe('progress in a log', () => {
  it('is a line with a time stamp every ten seconds, and nothing after the end', async () => {
    const [output, clock] = [memoryOutput(), new StillClock(start)];
    const progress = lineProgress({ output, clock });
    progress.start((now, pause) => progressText(view(), now, pause));
    await clock.pass(9_999);
    expect(output.text).toBe('');
    await clock.pass(1);
    expect(output.text).toBe('2026-11-25T02:00:10Z 25% read · 100 records · 30 s left · 10/s\n');
    await clock.pass(10_000);
    await progress.stop();
    await clock.pass(10_000);
    expect(output.text.match(/\n/g)).toHaveLength(2);
  });

  it('reports a long pause immediately, and no short one', () => {
    const [output, clock] = [memoryOutput(), new StillClock(start)];
    const progress = lineProgress({ output, clock });
    progress.pause(start + 9_000, 'HTTP 429: slow down');
    expect(output.text).toBe('');
    progress.pause(start + 60_000, 'HTTP 429: slow\ndown');
    expect(output.text).toMatch(
      /^2026-11-25T02:00:00Z rate limited; resuming in 1 min 0 s \(HTTP 429: slow\n?/,
    );
  });

  it('puts a time stamp on every line', () => {
    const [output, clock] = [memoryOutput(), new StillClock(start)];
    lineProgress({ output, clock }).log('one\ntwo\n');
    expect(output.text).toBe('2026-11-25T02:00:00Z one\n2026-11-25T02:00:00Z two\n');
  });
});

describe('the progress of reading users', () => {
  it('shows share, users, time left and rate', () => {
    const view = { done: 2_500, total: 10_000, elapsed: 10_000, retried: 2 };
    expect(usersText(view, start)).toBe('25% · 2,500 of 10,000 users · 30 s left · 250/s · 2 retries');
    expect(usersText({ ...view, done: 0, total: 0 }, start)).toBe('listing all ids · 2 retries');
    const pause = { until: start + 12_000, reason: 'HTTP 429: slow down' };
    expect(usersText(view, start, pause)).toBe(
      'rate limited; resuming in 12 s · 25% · 2,500 of 10,000 users · 2 retries · HTTP 429: slow down',
    );
  });
});
