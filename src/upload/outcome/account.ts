import { isAbsolute, relative } from 'node:path';
import { type Stopwatch, startStopwatch } from '../../clock.ts';
import { exitCodeOf, exitCodes, StoppedError, summaryOfError } from '../../errors.ts';
import type { Rejection } from '../../records/record.ts';
import type { Prepared } from '../prepare.ts';
import type { EndOfTask } from '../sending/send.ts';
import type { UploadDeps, UploadSettings } from '../settings.ts';
import { Tally } from './summarize.ts';
import type { UploadSummary, Warning } from './summary.ts';

/** A share of rejected records is judged from this many records on, and at the end. */
const enoughForPercent = 1000;

/** Keeps account of a run, and says at any moment what it came to. */
export class Account {
  /** Bytes of the bodies that were accepted. */
  bytes = 0;
  /** Calls that an upload would take at least: counted when nothing is sent. */
  calls = 0;
  readonly tally = new Tally();
  readonly #tasks = { queued: 0, failed: 0 };
  readonly #warnings: Warning[] = [];
  readonly #settings: UploadSettings;
  readonly #deps: UploadDeps;
  readonly #stopwatch: Stopwatch;
  #earlier: UploadSummary['earlier'];
  #taken = 0;

  constructor(settings: UploadSettings, deps: UploadDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#stopwatch = startStopwatch(deps.clock);
  }

  warn(message: string): void {
    this.#warnings.push({ code: 'note', message });
    this.#deps.events.warning?.(message);
  }

  /** This run goes on with another, which did so much. */
  goOn(earlier: NonNullable<UploadSummary['earlier']>): void {
    this.#earlier = earlier;
  }

  /** So many further records were taken from the inputs; what becomes of them is still to be seen. */
  taken(records: number): void {
    this.#taken += records;
  }

  rejected(rejection: Rejection): void {
    this.tally.rejected(rejection);
    this.#deps.events.rejected?.(rejection);
  }

  /** Miso queued some records under a task. */
  queued(): void {
    this.#tasks.queued++;
  }

  /** `unnamed`: errors of the task that name no record. */
  taskEnded(end: EndOfTask, unnamed: readonly string[]): void {
    if (end !== 'open') this.#tasks.queued--;
    if (end === 'failed') this.#tasks.failed++;
    for (const line of unnamed) this.warn(`A task ended with an error that names no record: ${line}`);
  }

  /** What --max-rejects has to say so far; `final` when everything was read. */
  limitReached(final: boolean): StoppedError | undefined {
    const limit = this.#settings.maxRejects;
    if (limit === undefined) return undefined;
    // Rejected records come to their end before those around them: a share of what has ended would be too large.
    const read = this.#taken;
    const rejected = this.#rejected;
    const share = (100 * rejected) / Math.max(1, read);
    const tooMany =
      'count' in limit
        ? rejected > limit.count
        : (final || read >= enoughForPercent) && share > limit.percent;
    if (!tooMany) return undefined;
    const allowed = 'count' in limit ? `${limit.count}` : `${limit.percent}%`;
    return new StoppedError(
      `${rejected} of ${read} records were rejected: more than --max-rejects ${allowed} allows.`,
      exitCodes.partial,
    );
  }

  /** Every record that was taken came to its end. */
  get complete(): boolean {
    return this.#taken === this.tally.counts.read;
  }

  /** What --wait did not live to see, once everything was sent. */
  unfinished(): StoppedError | undefined {
    if (this.complete) return undefined;
    const records = this.#taken - this.tally.counts.read;
    return new StoppedError(
      `Miso has not finished ${this.#tasks.queued} of its tasks; their ${records} records are not known to be stored.`,
      exitCodes.partial,
      { hint: 'Run the same again with --resume: what is not known to be stored is sent again.' },
    );
  }

  /** What the input as a whole lacks, once it was read to its end. */
  shortfall(): StoppedError | undefined {
    const { minRecords } = this.#settings;
    const read = this.#taken;
    if (minRecords === undefined || read >= minRecords) return undefined;
    return new StoppedError(
      `The input holds ${read} records, fewer than --min-records ${minRecords}.`,
      exitCodes.partial,
      {
        hint: 'Was the export cut short?',
      },
    );
  }

  /** `noticed`: what the records stage warns of. */
  summary({ prepared, noticed, finished, error }: SummaryParts): UploadSummary {
    const { session, cwd } = this.#deps;
    const counts = this.tally.counts;
    const rejectsFiles = (prepared?.rejects?.paths ?? []).map((path) => shortest(path, cwd));
    const { sent = 0, retried = 0, failed = 0 } = session?.counts ?? {};
    const earlier = this.#earlier;
    return {
      command: session ? 'users upload' : 'users validate',
      ...(session ? { server: this.#settings.server } : {}),
      dryRun: this.#settings.dryRun,
      startedAt: this.#stopwatch.startedAt,
      durationMs: this.#stopwatch.elapsedMs(),
      files: (prepared?.inputs ?? []).map(({ file }) => ({
        path: file.path,
        format: file.format,
        records: this.tally.recordsOf(file),
      })),
      records: counts,
      requests: { sent, retried, failed, ...(session ? {} : { needed: this.calls }) },
      bytes: this.bytes,
      errors: this.tally.errors,
      warnings: [...this.#warnings, ...noticed],
      rejects: rejectsFiles[0] ?? null,
      rejectsFiles,
      tasks: { ...this.#tasks },
      ...(earlier ? { earlier } : {}),
      complete: finished,
      resumable: error !== undefined && !finished && prepared?.journal !== undefined,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? this.#exitCode() : exitCodeOf(error),
    };
  }

  /** Over all runs of this upload. */
  get #rejected(): number {
    return this.tally.counts.rejected + (this.#earlier?.rejected ?? 0);
  }

  #exitCode(): number {
    const waitedInVain = this.#settings.wait && this.#tasks.queued > 0;
    const partial = this.#rejected + this.#tasks.failed > 0 || waitedInVain;
    return partial ? exitCodes.partial : exitCodes.ok;
  }
}

/** What a summary is made of, beside the account itself. */
interface SummaryParts {
  readonly prepared: Prepared | undefined;
  readonly noticed: readonly Warning[];
  /** Everything was read, and every record came to its end. */
  readonly finished: boolean;
  readonly error?: unknown;
}

/** A path below the working directory is shown as the user would type it. */
function shortest(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
