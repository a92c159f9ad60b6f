import type { CallResult, StopSignals } from '../../api/call.ts';
import { isolate } from '../../api/isolate/isolate.ts';
import { type RecordError, recordErrors } from '../../api/isolate/record-errors.ts';
import { type RetryLevel, retryOptions } from '../../api/isolate/trial.ts';
import type { TaskResult } from '../../api/tasks.ts';
import type { UsersEndpoints } from '../../api/users.ts';
import { uploadBody } from '../../contract/upload-body.ts';
import type { Reason } from '../../records/record.ts';
import { formatCount } from '../../text.ts';
import { type Batch, type BodyLimit, bodyBytes } from '../batching/batch.ts';
import type { Item } from '../item.ts';
import type { OutcomeSink } from '../outcome/outcome-sink.ts';
import type { LivenessProbe } from './liveness-probe.ts';
import { SupersededRecords } from './superseded-records.ts';

export interface SenderOptions {
  readonly users: UsersEndpoints;
  readonly limit: BodyLimit;
  readonly sink: OutcomeSink;
  readonly probe: LivenessProbe;
  readonly stop: StopSignals;
  readonly retries: number;
  readonly dryRun: boolean;
  /** Polls a task until it ends; absent without --wait. */
  readonly waitForTask: ((taskId: string) => Promise<TaskResult>) | undefined;
}

/** Max splits of one batch after tasks that failed without naming a record. Enough for a few bad records. */
const maxSplits = 30;

/**
 * Sends one batch until each of its records has an outcome. Throws AccessError, UnavailableError or
 * ProtocolError when the records are not at fault. Records without an outcome are left for --resume.
 */
export async function sendBatch(batch: Batch, options: SenderOptions): Promise<void> {
  const sending = new BatchSending(batch, options);
  await sending.send(batch.items);
  // When a record is rejected, the previous one of the same id becomes the last good one.
  for (let items = sending.takeRestored(); items.length > 0; items = sending.takeRestored())
    await sending.send(items);
  sending.release();
}

class BatchSending {
  readonly #batch: Batch;
  readonly #options: SenderOptions;
  readonly #superseded: SupersededRecords;
  #restored: Item[] = [];
  #splits = 0;
  #wasSent = false;

  constructor(batch: Batch, options: SenderOptions) {
    this.#batch = batch;
    this.#options = options;
    this.#superseded = new SupersededRecords(batch.superseded);
  }

  takeRestored(): readonly Item[] {
    const restored = this.#restored;
    this.#restored = [];
    return restored;
  }

  /** Sends records in as many calls as the body limit requires, and waits for their tasks. */
  async send(items: readonly Item[]): Promise<void> {
    const { limit, probe } = this.#options;
    const tasks: Promise<void>[] = [];
    try {
      for (const part of splitToFit(items, limit.bytes)) {
        await isolate(part, {
          send: (some, level) => this.#call(some, level),
          stored: (some, taskId) => this.#accepted(some, taskId, tasks),
          rejected: (item, errors) => this.#rejected(item, errors.map(reasonOf)),
          tooLarge: (some) => limit.lowerTo(Math.ceil(bodyBytes(some) / 2)),
          oversized: (item, message) => this.#rejected(item, [oversizedReason(item, message)]),
          isAlive: () => probe.isAlive(),
        });
      }
    } finally {
      // Also after a failed call, so that records that are already queued get their outcome.
      await allSettled(tasks);
    }
  }

  async #call(items: readonly Item[], level: RetryLevel): Promise<CallResult> {
    const { users, stop, dryRun, retries } = this.#options;
    const whole = items === this.#batch.items ? this.#batch.text : undefined;
    const body = whole?.body ?? uploadBody(items.map(({ record }) => record.json));
    const result = await users.upload(body, { stop, dryRun, ...retryOptions(level, retries) });
    // Any other reply can arrive while the body is still being sent.
    this.#wasSent ||= whole !== undefined && result.kind === 'success';
    return result;
  }

  /** Frees the memory of a batch whose records all have their outcome. */
  release(): void {
    if (this.#wasSent) this.#batch.text?.release();
  }

  #accepted(items: readonly Item[], taskId: string | undefined, tasks: Promise<void>[]): void {
    const { sink, probe, waitForTask } = this.#options;
    sink.callAccepted({ items, bytes: bodyBytes(items), taskId });
    probe.remember(items[0]!.record.json);
    if (taskId === undefined || !waitForTask) {
      for (const item of items) this.#stored(item);
      return;
    }
    const task = waitForTask(taskId).then((end) => this.#taskEnded(taskId, end, items));
    // `allSettled` reports a failure later. Until then, it must not count as unhandled.
    task.catch(() => {});
    tasks.push(task);
  }

  #stored(item: Item): void {
    const { sink } = this.#options;
    sink.stored(item);
    for (const earlier of this.#superseded.of(item)) sink.superseded(earlier);
  }

  #rejected(item: Item, reasons: readonly Reason[]): void {
    this.#options.sink.rejected(item, reasons);
    const before = this.#superseded.restore(item);
    if (before) this.#restored.push(before);
  }

  /**
   * Errors of a task name records by their index in the call. If they name none, it is unknown what was
   * stored, so each half is sent again. Records whose task still fails in the end are rejected. Records of a
   * task that did not finish in time have no outcome.
   */
  async #taskEnded(taskId: string, end: TaskResult, items: readonly Item[]): Promise<void> {
    const { sink } = this.#options;
    if (end.kind === 'open') return sink.taskEnded({ taskId, outcome: 'open', unnamed: [] });
    const { named, unnamed } = recordErrors(items, end.kind === 'failed' ? end.lines : []);
    if (end.kind === 'failed' && named.size === 0 && items.length > 1 && this.#splits < maxSplits) {
      this.#splits++;
      sink.taskEnded({ taskId, outcome: 'split', unnamed: [] });
      for (const half of halves(items)) await this.send(half);
      return;
    }
    const common = named.size > 0 ? [] : unnamed.map((reason) => reasonOf({ path: '', reason }));
    sink.taskEnded({ taskId, outcome: end.kind, unnamed: named.size > 0 ? unnamed : [] });
    for (const item of items) {
      const reasons = named.get(item)?.map(reasonOf) ?? common;
      if (reasons.length > 0) this.#rejected(item, reasons);
      else this.#stored(item);
    }
  }
}

/** Waits for all promises, then throws the first failure. */
async function allSettled(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A batch may have been collected before the limit was lowered. */
function splitToFit(items: readonly Item[], maxBytes: number): readonly (readonly Item[])[] {
  if (items.length < 2 || bodyBytes(items) <= maxBytes) return [items];
  return halves(items).flatMap((half) => splitToFit(half, maxBytes));
}

function halves(items: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

function reasonOf({ path, reason, value }: RecordError): Reason {
  return { field: path, reason, by: 'miso', ...(value === undefined ? {} : { found: value }) };
}

function oversizedReason({ record }: Item, message: string): Reason {
  return {
    field: '',
    reason: `too large for Miso (HTTP 413: ${message})`,
    found: `${formatCount(record.bytes)} bytes`,
    by: 'miso',
  };
}
