import type { Clock } from '../clock.ts';
import type { StopSignals } from './call.ts';
import { callError } from './retry/call-error.ts';
import type { UsersEndpoints } from './users.ts';

/** Milliseconds before the second request. Each later wait is twice as long, up to the maximum. */
const firstWaitMs = 250;
const maxWaitMs = 10_000;

/** The result of a task that Miso queued. */
export type TaskResult =
  | { readonly kind: 'finished' }
  /** Finished with errors: Miso's lines about the records of its call, at least one. */
  | { readonly kind: 'failed'; readonly lines: readonly string[] }
  /** Not finished within the limit. */
  | { readonly kind: 'open' };

/**
 * Polls a task until Miso has finished it, or `limitMs` milliseconds have passed. Throws the reason of a
 * stop, AccessError when the key is refused, and ProtocolError for a reply that no retry can fix.
 */
export async function waitForTask(
  taskId: string,
  deps: {
    readonly users: UsersEndpoints;
    readonly clock: Clock;
    readonly stop: StopSignals;
    readonly limitMs: number;
  },
): Promise<TaskResult> {
  const { users, clock, stop, limitMs } = deps;
  const giveUpAt = clock.monotonic() + limitMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    const result = await users.status(taskId, { stop });
    if (result.kind === 'success') return { kind: 'finished' };
    if (result.kind === 'partial' || result.kind === 'refused') {
      const { lines, message } = result;
      return { kind: 'failed', lines: lines.length > 0 ? lines : [message || 'failed without a reason'] };
    }
    // A new task may be unknown for a while.
    if (result.kind !== 'not-found' && result.kind !== 'gave-up')
      throw callError(result, `polling task ${taskId}`);
    if (clock.monotonic() + waitMs > giveUpAt) return { kind: 'open' };
    await clock.sleep(waitMs, stop.soft);
  }
}
