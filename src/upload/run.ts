import { UsageError } from '../errors.ts';
import type { UserRecord } from '../records/record.ts';
import { createRecordMapper, type RecordMapper } from '../records/record-mapper.ts';
import { Batcher, BodyLimit } from './batching/batch.ts';
import { BufferPool } from './batching/batch-text.ts';
import { Dispatcher } from './batching/dispatcher.ts';
import { Ledger } from './journal/ledger.ts';
import { OutcomeRecorder } from './outcome/outcome-recorder.ts';
import type { UploadSummary } from './outcome/summary.ts';
import { openOutputs } from './outputs.ts';
import { sendChunks } from './pipeline.ts';
import { detectInputs } from './reading/inputs.ts';
import { RecordReader } from './reading/record-reader.ts';
import { type Opened, RunState } from './run-state.ts';
import { defaultGraceMs } from './run-stop.ts';
import { createSendBatch, maxBatches, maxUnfinishedBytes } from './sending/send.ts';
import type { UploadDeps, UploadSettings } from './settings.ts';
import { refuseUnmatchedOptions, reportUnmatchedOptions } from './unmatched-options.ts';

export interface UploadResult {
  readonly summary: UploadSummary;
  /** Why the run ended early. It is not thrown, so that there is always a summary. */
  readonly error?: unknown;
}

/** One upload, from its inputs to the summary. Without a session the records are only checked. */
export async function runUpload(settings: UploadSettings, deps: UploadDeps): Promise<UploadResult> {
  const run = new RunState(settings, deps);
  try {
    await upload(run, settings, deps);
    return { summary: run.summary() };
  } catch (thrown) {
    const error = run.stats.finalError(thrown);
    return { summary: run.summary(error), error };
  }
}

async function upload(run: RunState, settings: UploadSettings, deps: UploadDeps): Promise<void> {
  const { warn } = run.stats;
  const mapper = createRecordMapper(settings.columns, settings);
  const inputs = await detectInputs(settings, { ...deps, mapper, stop: run.stop, warn });
  try {
    const outputs = await openOutputs(inputs, settings, { ...deps, warn });
    await transfer(run, { mapper, inputs, outputs }, { settings, deps });
  } finally {
    await inputs.close();
  }
}

/** Reads, sends, and records what becomes of each record. */
async function transfer(
  run: RunState,
  opened: Opened,
  { settings, deps }: { readonly settings: UploadSettings; readonly deps: UploadDeps },
): Promise<void> {
  const { stats, stop } = run;
  const { mapper, inputs, outputs } = opened;
  const { clock, graceMs = defaultGraceMs } = deps;
  run.opened(opened);
  const readWith = (mapping: RecordMapper) =>
    new RecordReader({
      ...opened,
      mapper: mapping,
      done: outputs.previous?.done,
      onChange: (path) => stats.inputChanged(path),
    });
  let reader = readWith(mapper);
  const readAgain = () => {
    stop.throwIfRequested();
    reader = readWith(mapperLike(opened, settings));
    return reader.chunks();
  };
  const ledger = new Ledger({
    ...outputs,
    clock,
    counts: () => stats.totalCounts,
    marks: () => inputs.progress.takeMarks(),
    onFailure: (error) => stop.request(error),
  });
  const outcomes = new OutcomeRecorder({ stats, ledger, stop, selection: deps.selection });
  const limit = new BodyLimit(settings.bytesPerRequest);
  // A new data set takes the type of an attribute from the first record, so that of most records goes first.
  const sendLast = (record: UserRecord) => mapper.typeConflicts(record).length > 0;
  const batcher = new Batcher({
    maxRecords: settings.recordsPerRequest,
    limit,
    sendLast,
    pool: deps.session && new BufferPool(),
  });
  const send = createSendBatch(settings, { ...deps, mapper, stats, stop, ledger, outcomes, limit });
  const dispatcher = new Dispatcher({
    send,
    maxBatches: maxBatches(settings, deps.session),
    maxBytes: maxUnfinishedBytes,
  });
  const endWatch = stop.watch({ clock, graceMs, onStop: () => reader.stop() });
  try {
    deps.selection?.inputsKnown(inputs.all);
    deps.events.started?.(run.view(inputs));
    const maxBodyBytes = settings.bytesPerRequest;
    const again = inputs.size === undefined ? undefined : readAgain;
    const read = reader.chunks();
    const chunks = deps.selection?.choose(read, again) ?? deps.inspect?.(read, inputs.all) ?? read;
    await sendChunks(chunks, {
      batcher,
      dispatcher,
      outcomes,
      ledger,
      maxBodyBytes,
      beforeOnlyBatch: () => outputs.previous ?? refuseUnmatchedOptions(mapper),
    });
    stop.throwIfRequested();
    run.finished = stats.complete;
    stats.requireComplete();
    reportUnmatchedOptions(mapper);
  } catch (error) {
    run.hasWrongOptions = error instanceof UsageError;
    throw error;
  } finally {
    endWatch();
    await ledger.close(run.finished || run.hasWrongOptions);
  }
  await outputs.rejects?.warnOfLeftovers();
}

/** A mapper for a second reading. What the first one noticed in the records must not be counted twice. */
function mapperLike({ inputs }: Opened, settings: UploadSettings): RecordMapper {
  const mapper = createRecordMapper(settings.columns, settings);
  const files = inputs.all.map(({ file }) => file);
  for (const file of files) mapper.plan(file, files);
  return mapper;
}
