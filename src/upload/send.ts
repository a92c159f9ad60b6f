import { type Blame, blame } from '../api/blame.ts';
import type { StopSignals } from '../api/caller.ts';
import { isolate, type Patience } from '../api/isolate.ts';
import type { TaskEnd } from '../api/tasks.ts';
import { type UsersEndpoints, uploadEnvelopeBytes } from '../api/users.ts';
import type { Reason } from '../records/record.ts';
import type { BatchLimits } from './batch.ts';
import type { Batch, Item } from './item.ts';

/** Told of the end of each record, once. */
export interface Ends {
  stored(item: Item): void;
  superseded(item: Item): void;
  rejected(item: Item, reasons: readonly Reason[]): void;
  /** Miso queued some records under a task. */
  queued(): void;
  /** A task that was waited for ended, or is not waited for any longer; `unnamed`: its errors that name no record. */
  taskEnded(end: TaskEnd, unnamed: readonly string[]): void;
  /** Bytes of a body that was accepted. */
  accepted(bytes: number): void;
}

export interface SendDeps {
  readonly users: UsersEndpoints;
  readonly limits: BatchLimits;
  readonly ends: Ends;
  readonly call: {
    readonly retries: number;
    readonly dryRun: boolean;
    readonly stop: StopSignals;
  };
  /** Present with --wait: looks at a task until it has ended. */
  readonly taskEnd: ((taskId: string) => Promise<TaskEnd>) | undefined;
}

/** Tries of a call while its culprit is searched for: enough to see past a passing fault. */
const quickRetries = 3;

/** Brings the records of one batch to their end. */
export async function sendBatch(batch: Batch, deps: SendDeps): Promise<void> {
  const { ends } = deps;
  const replaced = supersededById(batch);
  const finish = (item: Item) => {
    for (const earlier of replaced.get(item.record.id) ?? []) ends.superseded(earlier);
  };
  const stored = (item: Item) => {
    ends.stored(item);
    finish(item);
  };
  const rejected = (item: Item, blames: readonly Blame[]) => {
    ends.rejected(item, blames.map(reasonOf));
    finish(item);
  };
  const tasks: Promise<void>[] = [];

  await isolate(batch.items, {
    send: (items, patience) => deps.users.upload(textsOf(items), callOptions(patience, deps)),
    tooLarge: (items) => lowerLimit(deps.limits, items),
    rejected,
    stored: (items, taskId) => {
      ends.accepted(bytesOf(items));
      if (taskId !== undefined) ends.queued();
      if (taskId === undefined || !deps.taskEnd) return items.forEach(stored);
      tasks.push(deps.taskEnd(taskId).then((end) => followTask(end, items, { ends, stored, rejected })));
    },
  });
  await Promise.all(tasks);
}

/** A task's errors name records by their place in its call, like those of a call that is answered at once. */
function followTask(
  end: TaskEnd,
  items: readonly Item[],
  to: {
    readonly ends: Ends;
    stored(item: Item): void;
    rejected(item: Item, blames: readonly Blame[]): void;
  },
): void {
  const { named, unnamed } = blame(items, end.kind === 'failed' ? end.lines : []);
  to.ends.taskEnded(end, unnamed);
  for (const item of items) {
    const blames = named.get(item);
    if (blames) to.rejected(item, blames);
    else to.stored(item);
  }
}

function reasonOf({ path, reason, value }: Blame): Reason {
  return { field: path, reason, by: 'miso', ...(value === undefined ? {} : { found: value }) };
}

function supersededById(batch: Batch): Map<string, Item[]> {
  const byId = new Map<string, Item[]>();
  for (const item of batch.superseded) {
    const list = byId.get(item.record.id);
    if (list) list.push(item);
    else byId.set(item.record.id, [item]);
  }
  return byId;
}

function callOptions(patience: Patience, { call }: SendDeps) {
  const { stop, dryRun } = call;
  if (patience === 'full') return { stop, dryRun };
  return { stop, dryRun, retries: patience === 'once' ? 0 : Math.min(call.retries, quickRetries) };
}

/** Further batches are kept to half of what was too large. */
function lowerLimit(limits: BatchLimits, items: readonly Item[]): void {
  limits.bytes = Math.min(limits.bytes, Math.ceil(bytesOf(items) / 2));
}

function textsOf(items: readonly Item[]): string[] {
  return items.map(({ record }) => record.json);
}

/** Of the body: its envelope, the records, and a comma between each two. */
function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, { record }) => sum + record.bytes + 1, uploadEnvelopeBytes - 1);
}
