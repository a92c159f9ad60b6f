import type { Session } from '../../api/session.ts';
import { waitForTask } from '../../api/tasks.ts';
import type { Clock } from '../../clock.ts';
import type { RecordMapper } from '../../records/record-mapper.ts';
import type { Batch, BodyLimit } from '../batching/batch.ts';
import type { Ledger } from '../journal/ledger.ts';
import type { OutcomeSink } from '../outcome/outcome-sink.ts';
import type { RunStats } from '../outcome/run-stats.ts';
import type { RunStop } from '../run-stop.ts';
import type { UploadDeps, UploadSettings } from '../settings.ts';
import { sendBatch } from './batch-sender.ts';
import { LivenessProbe } from './liveness-probe.ts';
import type { SendBatch, SenderTools } from './sender.ts';

/**
 * Spare batches per call in flight: ready for when a call returns, or waiting for a batch with one of their
 * ids.
 */
const sparePerCall = 0.125;
/** Min spare batches, for instance while only the first call may be in flight. */
const minSpare = 2;
/**
 * With --wait, max records of unfinished tasks. They stay in memory, because an error of the task may name
 * them.
 */
const maxRecordsInTasks = 20_000;
/** With --wait, the max wait for one task, in milliseconds. */
const taskTimeoutMs = 600_000;

/** Max bytes of bodies that are in flight or ready, plus the text of the input where it differs. */
export const maxUnfinishedBytes = 16 * 1024 * 1024;

/** How many batches may be unfinished at a time, which depends on how many calls may be in flight. */
export function maxBatches(
  { wait, recordsPerRequest, maxBatches }: UploadSettings,
  session: Session | undefined,
): () => number {
  if (maxBatches !== undefined) return () => maxBatches;
  const inTasks = wait ? Math.floor(maxRecordsInTasks / recordsPerRequest) : 0;
  return () => {
    const inFlight = session?.pacer.limit ?? 0;
    return Math.max(inTasks, inFlight + Math.max(minSpare, Math.ceil(inFlight * sparePerCall)));
  };
}

export interface SendDeps extends Pick<UploadDeps, 'createSender' | 'beforeSend'> {
  /** Absent: the records count as stored, and nothing is sent. */
  readonly session?: Session;
  readonly clock: Clock;
  readonly mapper: RecordMapper;
  readonly stats: RunStats;
  readonly stop: RunStop;
  readonly ledger: Ledger;
  readonly outcomes: OutcomeSink;
  readonly limit: BodyLimit;
}

/**
 * Returns the function that sends one batch until each of its records has an outcome. A failure stops the
 * run.
 */
export function createSendBatch(settings: UploadSettings, deps: SendDeps): SendBatch {
  const { stats, stop, ledger, outcomes, createSender } = deps;
  const { beforeSend = async () => {} } = deps;
  const upload = deps.session ? uploadThrough(deps.session, settings, deps) : checkOnly(deps);
  const send: SenderTools['send'] = async (batch, sink) => {
    await beforeSend([...batch.items, ...batch.superseded]);
    await upload(batch, sink);
  };
  const sender = createSender
    ? createSender({ stop, outcomes, maxBodyBytes: settings.bytesPerRequest, send })
    : (batch: Batch) => send(batch, outcomes);
  return async (batch) => {
    stats.batches++;
    try {
      await sender(batch);
      await ledger.waitForDisk();
    } catch (error) {
      stop.request(error);
      throw error;
    }
  };
}

function uploadThrough(
  { users, preload }: Session,
  { retries, dryRun, wait }: UploadSettings,
  { clock, stop, limit }: SendDeps,
): SenderTools['send'] {
  // Loading the HTTP client takes about as long as reading the first records.
  preload();
  const probe = new LivenessProbe(users, stop);
  const waitUntilDone =
    wait && !dryRun
      ? (taskId: string) => waitForTask(taskId, { users, clock, stop, limitMs: taskTimeoutMs })
      : undefined;
  return (batch, sink) =>
    sendBatch(batch, {
      users,
      limit,
      sink,
      probe,
      stop,
      retries,
      dryRun,
      waitForTask: waitUntilDone,
    });
}

/** Miso checks types against its data set. Here, the records can only be compared with each other. */
function checkOnly({ mapper }: SendDeps): SenderTools['send'] {
  return async ({ items, superseded }, sink) => {
    for (const item of items) {
      const conflicts = mapper.typeConflicts(item.record);
      if (conflicts.length > 0) sink.rejected(item, conflicts);
      else sink.stored(item);
    }
    for (const item of superseded) sink.superseded(item);
  };
}
