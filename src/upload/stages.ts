import type { UserRecord } from '../records/record.ts';
import { Batcher, BodyLimit } from './batching/batch.ts';
import { BufferPool } from './batching/batch-text.ts';
import { Dispatcher } from './batching/dispatcher.ts';
import { Ledger } from './journal/ledger.ts';
import { OutcomeRecorder } from './outcome/outcome-recorder.ts';
import type { PipelineStages } from './pipeline.ts';
import type { Opened, RunState } from './run-state.ts';
import { createSendBatch, maxBatches, maxUnfinishedBytes } from './sending/send.ts';
import type { UploadDeps, UploadSettings } from './settings.ts';
import { refuseUnmatchedHash, refuseUnmatchedOptions } from './unmatched-options.ts';

/** What a record passes through after it was read: batches, calls, outcomes, and the ledger on disk. */
export function createStages(
  { stats, stop }: RunState,
  { mapper, inputs, outputs }: Opened,
  { settings, deps }: { readonly settings: UploadSettings; readonly deps: UploadDeps },
): PipelineStages {
  const { session, selection, clock } = deps;
  const ledger = new Ledger({
    ...outputs,
    clock,
    counts: () => stats.totalCounts,
    marks: () => inputs.progress.takeMarks(),
    onFailure: (error) => stop.request(error),
  });
  const outcomes = new OutcomeRecorder({ stats, ledger, stop, selection });
  const limit = new BodyLimit(settings.bytesPerRequest);
  const batcher = new Batcher({
    maxRecords: settings.recordsPerRequest,
    limit,
    // A new data set takes the type of an attribute from the first record, so that of most records goes
    // first.
    sendLast: (record: UserRecord) => mapper.typeConflicts(record).length > 0,
    pool: session && new BufferPool(),
  });
  const dispatcher = new Dispatcher({
    send: createSendBatch(settings, { ...deps, mapper, stats, stop, ledger, outcomes, limit }),
    maxBatches: maxBatches(settings, session),
    maxBytes: maxUnfinishedBytes,
  });
  return {
    batcher,
    dispatcher,
    outcomes,
    ledger,
    maxBodyBytes: settings.bytesPerRequest,
    beforeOnlyBatch: () => outputs.previous ?? refuseUnmatchedOptions(mapper),
    beforeFirstBatch: () => outputs.previous ?? refuseUnmatchedHash(mapper),
  };
}
