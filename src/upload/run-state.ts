import { isAbsolute, relative } from 'node:path';
import type { Throughput } from '../api/pace/limit-tracker.ts';
import { type Stopwatch, startStopwatch } from '../clock.ts';
import { exitCodeOf, summaryOfError } from '../errors.ts';
import type { RecordMapper } from '../records/record-mapper.ts';
import { formatCount } from '../text.ts';
import { maxIds } from './outcome/id-set.ts';
import { RunStats } from './outcome/run-stats.ts';
import type { UploadSummary, Warning } from './outcome/summary.ts';
import type { Outputs } from './outputs.ts';
import type { Inputs } from './reading/inputs.ts';
import { RunStop } from './run-stop.ts';
import type { RunView, UploadDeps, UploadSettings } from './settings.ts';

/** The inputs and outputs of a run. */
export interface Opened {
  readonly mapper: RecordMapper;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

/** What a run has opened and counted so far. A summary can be created from it at any time. */
export class RunState {
  readonly stats: RunStats;
  readonly stop: RunStop;
  /** Everything was read, and every record has an outcome. */
  finished = false;
  /** Detected while reading, before anything was sent: there is nothing to resume. */
  hasWrongOptions = false;
  #opened: Opened | undefined;
  readonly #settings: UploadSettings;
  readonly #deps: UploadDeps;
  readonly #stopwatch: Stopwatch;

  constructor(settings: UploadSettings, deps: UploadDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.stats = new RunStats(settings, deps.events);
    this.stop = new RunStop(deps.stop);
    this.#stopwatch = startStopwatch(deps.clock);
  }

  opened(files: Opened): void {
    this.#opened = files;
    this.stats.previous = files.outputs.previous?.counts;
  }

  /** `error`: why the run ended early. */
  summary(error?: unknown): UploadSummary {
    const { session, cwd } = this.#deps;
    const { records, batches, bytes, warnings, tasks, previous, exitCode } = this.stats;
    const { mapper, inputs, outputs } = this.#opened ?? {};
    const { warnings: added = [], ...details } = this.#deps.details?.() ?? {};
    const rejectsFiles = (outputs?.rejects?.paths ?? []).map((path) => shortPath(path, cwd));
    const { sent = 0, retried = 0, failed = 0 } = session?.counts ?? {};
    const durationMs = this.#stopwatch.elapsedMs();
    return {
      command: this.#settings.command,
      ...(session ? { server: this.#settings.server } : {}),
      dryRun: this.#settings.dryRun,
      startedAt: this.#stopwatch.startedAt,
      durationMs,
      files: (inputs?.all ?? []).map(({ file }) => ({
        path: file.path,
        format: file.format,
        records: records.countOf(file),
      })),
      records: records.counts,
      ...details,
      requests: { sent, retried, failed, ...(session ? {} : { needed: batches }) },
      bytes,
      ...(session ? { throughput: this.#throughput(session.pacer.throughput(), durationMs) } : {}),
      errors: records.errors,
      warnings: [
        ...warnings,
        ...added,
        ...(mapper?.warnings() ?? []),
        ...(records.isLowerBound ? [lowerBound] : []),
      ],
      rejects: rejectsFiles[0] ?? null,
      rejectsFiles,
      tasks: { ...tasks, ids: [...tasks.ids] },
      ...(previous ? { earlier: previous } : {}),
      complete: this.finished,
      resumable:
        error !== undefined && !this.finished && !this.hasWrongOptions && outputs?.journal !== undefined,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? exitCode : exitCodeOf(error),
    };
  }

  #throughput(
    { acceptedPerSecond, ...rest }: Throughput,
    durationMs: number,
  ): NonNullable<UploadSummary['throughput']> {
    const seconds = Math.max(1, durationMs) / 1000;
    return {
      recordsPerSecond: Math.round(this.stats.records.counts.uploaded / seconds),
      ...rest,
      ...(acceptedPerSecond === undefined
        ? {}
        : { requestsPerSecond: Number(acceptedPerSecond.toPrecision(2)) }),
    };
  }

  /** What a progress display reads. */
  view(inputs: Inputs): RunView {
    return {
      inputs: inputs.all,
      bytesTotal: inputs.size,
      bytesRead: () => inputs.progress.bytes,
      summary: () => this.summary(),
    };
  }
}

const lowerBound: Warning = {
  code: 'superseded-lower-bound',
  message: `The upload has more than ${formatCount(maxIds)} ids: some records that count as uploaded may be superseded.`,
};

/** A path below the working directory, as the user would type it. */
function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
