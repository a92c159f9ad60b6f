import type { Outcome, StopSignals } from '../../api/call.ts';
import { isolate } from '../../api/isolate/isolate.ts';
import { type RecordError, recordErrors } from '../../api/isolate/record-errors.ts';
import { type RetryLevel, retryOptions } from '../../api/isolate/trial.ts';
import type { TaskResult } from '../../api/tasks.ts';
import type { UsersEndpoints } from '../../api/users.ts';
import { uploadBody, uploadEnvelopeBytes } from '../../contract/upload-body.ts';
import type { Reason } from '../../records/record.ts';
import type { BatchLimits } from '../batching/batch.ts';
import type { Batch, Item, ToldPlace } from '../batching/item.ts';
import { Replaced } from './replaced.ts';
import type { Witness } from './witness.ts';

export type EndOfTask = TaskResult['kind'] | 'split';

/** Told of the end of each record, once. */
export interface Ends {
  stored: ToldPlace;
  superseded: ToldPlace;
  rejected(item: Item, reasons: readonly Reason[]): void;
  /** Miso queued some records under a task. */
  queued(): void;
  /**
   * A task that was waited for ended, is not waited for any longer, or gave way to others that carry its records again.
   * `unnamed`: its errors that name no record.
   */
  taskEnded(end: EndOfTask, unnamed: readonly string[]): void;
  /** Bytes of a body that was accepted. */
  accepted(bytes: number): void;
}

export interface SendDeps {
  readonly users: UsersEndpoints;
  readonly limits: BatchLimits;
  readonly ends: Ends;
  readonly witness: Witness;
  readonly call: {
    readonly retries: number;
    readonly dryRun: boolean;
    readonly stop: StopSignals;
  };
  /** Present with --wait: looks at a task until it has ended. */
  readonly taskEnd: ((taskId: string) => Promise<TaskResult>) | undefined;
}

/** Calls of one batch that are sent again in halves because their task failed and named nobody: enough for a few culprits. */
const mostSplits = 30;

/** Brings the records of one batch to their end. */
export async function sendBatch(batch: Batch, deps: SendDeps): Promise<void> {
  const answer = await sendWhole(batch, deps);
  if (answer === 'stored') return;
  const sending = new Sending(batch, deps);
  await sending.send(batch.items, answer);
  // A record whose replacement was rejected is the last good one of its id after all.
  for (let items = sending.takeRevived(); items.length > 0; items = sending.takeRevived())
    await sending.send(items);
}

/** One call with all of a batch, unless it is too large by now. What is stored whole is told of without a look at its records. */
async function sendWhole(batch: Batch, deps: SendDeps): Promise<Outcome | 'stored' | undefined> {
  const { users, limits, ends, witness, call, taskEnd } = deps;
  if (batch.bytes > limits.bytes) return undefined;
  const answer = await users.upload(batch.body, { stop: call.stop, dryRun: call.dryRun });
  if (answer.kind !== 'success' || (answer.taskId !== undefined && taskEnd)) return answer;
  ends.accepted(batch.bytes);
  witness.saw(() => batch.items[0]!.record.json);
  if (answer.taskId !== undefined) ends.queued();
  batch.eachSent(ends.stored);
  batch.eachSuperseded(ends.superseded);
  return 'stored';
}

class Sending {
  readonly #deps: SendDeps;
  readonly #replaced: Replaced;
  #revived: Item[] = [];
  #splits = 0;

  constructor(batch: Batch, deps: SendDeps) {
    this.#deps = deps;
    this.#replaced = new Replaced(batch.superseded);
  }

  takeRevived(): readonly Item[] {
    const revived = this.#revived;
    this.#revived = [];
    return revived;
  }

  /** `answer`: to a call with all of these items, if that was made already. */
  async send(items: readonly Item[], answer?: Outcome): Promise<void> {
    const { users, limits, ends, witness, call, taskEnd } = this.#deps;
    const { stop, dryRun, retries } = call;
    const tasks: Promise<void>[] = [];
    let known = answer;
    const send = async (some: readonly Item[], patience: RetryLevel) => {
      const before = known;
      known = undefined;
      const body = () => uploadBody(some.map(({ record }) => record.json));
      return before ?? users.upload(body(), { stop, dryRun, ...retryOptions(patience, retries) });
    };
    const stored = (some: readonly Item[], taskId: string | undefined) => {
      ends.accepted(bytesOf(some));
      witness.saw(() => some[0]!.record.json);
      if (taskId !== undefined) ends.queued();
      if (taskId === undefined || !taskEnd) for (const item of some) this.#stored(item);
      else tasks.push(heardLater(taskEnd(taskId).then((end) => this.#endOfTask(end, some))));
    };
    try {
      // An answer is to all of them, even if less fits into a call by now.
      for (const part of answer ? [items] : fitting(items, limits.bytes)) {
        await isolate(part, {
          send,
          stored,
          rejected: (item, blames) => this.#rejected(item, blames.map(reasonOf)),
          tooLarge: (some) => lowerLimit(limits, some),
          oversized: (item, message) => this.#rejected(item, [oversized(item, message)]),
          isAlive: () => witness.isAlive(),
        });
      }
    } finally {
      // Also when a later call failed: what was queued before comes to its end, and no failure of a task goes unheard.
      await settled(tasks);
    }
  }

  #stored(item: Item): void {
    const { stored, superseded } = this.#deps.ends;
    stored(item.position, item.record.source.file.index);
    for (const { position, record } of this.#replaced.by(item))
      superseded(position, record.source.file.index);
  }

  #rejected(item: Item, reasons: readonly Reason[]): void {
    this.#deps.ends.rejected(item, reasons);
    const before = this.#replaced.revive(item);
    if (before) this.#revived.push(before);
  }

  /**
   * A task's errors name records by their place in its call, like those of a call that is answered at once. When they
   * name nobody, nobody knows what was stored: the halves are sent again, and in the end those that fail are rejected.
   * The records of a task that stays open come to no end.
   */
  async #endOfTask(end: TaskResult, items: readonly Item[]): Promise<void> {
    const { ends } = this.#deps;
    if (end.kind === 'open') return ends.taskEnded('open', []);
    const { named, unnamed } = recordErrors(items, end.kind === 'failed' ? end.lines : []);
    if (end.kind === 'failed' && named.size === 0 && items.length > 1 && this.#splits < mostSplits) {
      this.#splits++;
      ends.taskEnded('split', []);
      for (const half of halves(items)) await this.send(half);
      return;
    }
    const whole = named.size > 0 ? [] : unnamed.map((reason) => reasonOf({ path: '', reason }));
    ends.taskEnded(end.kind, named.size > 0 ? unnamed : []);
    for (const item of items) {
      const reasons = named.get(item)?.map(reasonOf) ?? whole;
      if (reasons.length > 0) this.#rejected(item, reasons);
      else this.#stored(item);
    }
  }
}

/** A failure that nobody waits for yet is none that nobody hears: it is met when the promise is. */
function heardLater(work: Promise<void>): Promise<void> {
  work.catch(() => {});
  return work;
}

/** Waits for all, and throws the first failure. */
async function settled(tasks: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(tasks);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Cuts a batch that was collected before the server said how much it takes. */
function fitting(items: readonly Item[], bytes: number): readonly (readonly Item[])[] {
  if (items.length < 2 || bytesOf(items) <= bytes) return [items];
  return halves(items).flatMap((half) => fitting(half, bytes));
}

function halves(items: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

function reasonOf({ path, reason, value }: RecordError): Reason {
  return { field: path, reason, by: 'miso', ...(value === undefined ? {} : { found: value }) };
}

function oversized({ record }: Item, message: string): Reason {
  return {
    field: '',
    reason: `too large for Miso (HTTP 413: ${message})`,
    found: `${record.bytes.toLocaleString('en')} bytes`,
    by: 'miso',
  };
}

/** Further batches are kept to half of what was too large. */
function lowerLimit(limits: BatchLimits, items: readonly Item[]): void {
  limits.bytes = Math.min(limits.bytes, Math.ceil(bytesOf(items) / 2));
}

/** Of the body: its envelope, the records, and a comma between each two. */
function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, { record }) => sum + record.bytes + 1, uploadEnvelopeBytes - 1);
}
