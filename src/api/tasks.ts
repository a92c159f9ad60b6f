import type { Clock } from '../clock.ts';
import type { StopSignals } from './retry/caller.ts';
import { failureOf } from './retry/failure-of.ts';
import type { UsersEndpoints } from './users.ts';

/** Milliseconds before the second look at a task; each later wait is twice as long, up to the longest. */
const firstWaitMs = 250;
const longestWaitMs = 10_000;

/** What became of a task that Miso queued. */
export type TaskEnd =
  | { readonly kind: 'finished' }
  /** Finished with errors: Miso's lines about the records of its call, at least one. */
  | { readonly kind: 'failed'; readonly lines: readonly string[] }
  /** Not known within the limit. */
  | { readonly kind: 'open' };

/**
 * Looks at a task again and again until Miso has finished it, or `limitMs` milliseconds have passed.
 * Throws the reason of a stop, AccessError when the key is refused, and ProtocolError for an answer that no later look will mend.
 */
export async function waitForTask(
  taskId: string,
  deps: {
    readonly users: UsersEndpoints;
    readonly clock: Clock;
    readonly stop: StopSignals;
    readonly limitMs: number;
  },
): Promise<TaskEnd> {
  const { users, clock, stop, limitMs } = deps;
  const giveUpAt = clock.monotonic() + limitMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const outcome = await users.status(taskId, { stop });
    if (outcome.kind === 'success') return { kind: 'finished' };
    if (outcome.kind === 'partial' || outcome.kind === 'refused') {
      const { lines, message } = outcome;
      return { kind: 'failed', lines: lines.length > 0 ? lines : [message || 'failed without a reason'] };
    }
    // 404: Miso does not know the task yet.
    if (outcome.kind !== 'not-found' && outcome.kind !== 'gave-up')
      throw failureOf(outcome, `asking for task ${taskId}`);
    if (clock.monotonic() + waitMs > giveUpAt) return { kind: 'open' };
    await clock.sleep(waitMs, stop.soft);
  }
}
