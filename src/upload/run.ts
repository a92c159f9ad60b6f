import { UsageError } from '../errors.ts';
import { createRecordMapper } from '../records/record-mapper.ts';
import type { UploadSummary } from './outcome/summary.ts';
import { openOutputs } from './outputs.ts';
import { sendChunks } from './pipeline.ts';
import { detectInputs } from './reading/inputs.ts';
import { Reading } from './reading/reading.ts';
import { type Opened, RunState } from './run-state.ts';
import { defaultGraceMs } from './run-stop.ts';
import type { UploadDeps, UploadSettings } from './settings.ts';
import { createStages } from './stages.ts';
import { reportUnmatchedOptions } from './unmatched-options.ts';

export interface UploadResult {
  readonly summary: UploadSummary;
  /** Why the run ended early. Not thrown, so that there is always a summary. */
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
    await outputs.rejects?.warnOfLeftovers();
  } finally {
    await inputs.close();
  }
}

/** Reads, sends, and records the outcome of each record. */
async function transfer(
  run: RunState,
  opened: Opened,
  { settings, deps }: { readonly settings: UploadSettings; readonly deps: UploadDeps },
): Promise<void> {
  const { stats, stop } = run;
  const { clock, graceMs = defaultGraceMs } = deps;
  run.opened(opened);
  const reading = new Reading(run, opened, settings);
  const stages = createStages(run, opened, { settings, deps });
  const endWatch = stop.watch({ clock, graceMs, onStop: () => reading.stop() });
  try {
    deps.selection?.inputsKnown(opened.inputs.all);
    deps.events.started?.(run.view(opened.inputs));
    await sendChunks(reading.chunks(deps), stages);
    stop.throwIfRequested();
    run.finished = stats.complete;
    stats.requireComplete();
    reportUnmatchedOptions(opened.mapper);
  } catch (error) {
    run.hasWrongOptions = error instanceof UsageError;
    throw error;
  } finally {
    endWatch();
    await stages.ledger.close(run.finished || run.hasWrongOptions);
  }
}
