import { exceeds, type Limit, limitText } from '../../contract/limit.ts';
import { exitCodes, StoppedError } from '../../errors.ts';
import type { Rejection } from '../../records/record.ts';
import { formatCount, listOf, pluralize } from '../../text.ts';
import type { UploadEvents, UploadSettings } from '../settings.ts';
import type { AcceptedCall, EndedTask } from './outcome-sink.ts';
import { RecordCounter } from './record-counter.ts';
import type { UploadSummary, Warning } from './summary.ts';
import { TaskErrors } from './task-errors.ts';

/** A percentage of rejected records is checked from this many records on, and at the end. */
const minRecordsForPercent = 1000;
/** Task ids in the summary. */
const maxTaskIds = 10_000;

type Limits = Pick<UploadSettings, 'maxRejects' | 'allowRejects' | 'minRecords' | 'wait' | 'dryRun'>;

/** Counts what happens in a run, and knows which limits it exceeds. */
export class RunStats {
  readonly records = new RecordCounter();
  /** Bytes of the bodies that were accepted. */
  bytes = 0;
  /** The number of calls if none has to be repeated or split. */
  batches = 0;
  readonly tasks: { queued: number; failed: number; ids: string[] } = { queued: 0, failed: 0, ids: [] };
  readonly #notes: Warning[] = [];
  readonly #limits: Limits;
  readonly #events: UploadEvents;
  /** The error that `tooManyRejects` returned. */
  #exceeded: StoppedError | undefined;
  #previous: UploadSummary['earlier'];
  #read = 0;
  /** Lines that quotes joined to rejected rows. */
  #joinedLines = 0;
  readonly #taskErrors = new TaskErrors();
  readonly #changed: string[] = [];

  constructor(limits: Limits, events: UploadEvents) {
    this.#limits = limits;
    this.#events = events;
  }

  readonly warn = (message: string): void => {
    this.#notes.push({ code: 'note', message });
    this.#events.warning?.(message);
  };

  get warnings(): readonly Warning[] {
    return [...this.#notes, ...this.#taskErrors.warnings];
  }

  /** What the previous run, which this one resumes, had done. */
  get previous(): UploadSummary['earlier'] {
    return this.#previous;
  }

  set previous(counts: UploadSummary['earlier']) {
    this.#previous = counts;
  }

  /** Records were read. Their outcome is reported later. */
  read(records: number): void {
    this.#read += records;
  }

  /** An input changed while it was read. */
  inputChanged(path: string): void {
    this.#changed.push(path);
  }

  rejected(rejection: Rejection): void {
    this.records.rejected(rejection);
    const { source } = rejection;
    this.#joinedLines += source.joinedLines ?? 0;
    this.#events.rejected?.(rejection);
  }

  callAccepted({ bytes, taskId }: Omit<AcceptedCall, 'items'>): void {
    this.bytes += bytes;
    if (taskId === undefined) return;
    this.tasks.queued++;
    if (this.tasks.ids.length < maxTaskIds) this.tasks.ids.push(taskId);
    this.#events.queued?.(taskId);
  }

  taskEnded({ outcome, unnamed }: Omit<EndedTask, 'taskId'>): void {
    if (outcome !== 'open') this.tasks.queued--;
    if (outcome === 'failed') this.tasks.failed++;
    for (const line of unnamed) this.#taskErrors.add(line);
  }

  /** Of all runs of this upload. */
  get totalCounts(): { readonly uploaded: number; readonly rejected: number; readonly superseded: number } {
    const { uploaded, rejected, superseded } = this.records.counts;
    return {
      uploaded: uploaded + (this.#previous?.uploaded ?? 0),
      rejected: rejected + (this.#previous?.rejected ?? 0),
      superseded: superseded + (this.#previous?.superseded ?? 0),
    };
  }

  /** Whether every record that was read has an outcome. */
  get complete(): boolean {
    return this.#read === this.records.counts.read;
  }

  /** The error for --max-rejects, if it is exceeded. `final`: everything was read. */
  tooManyRejects(final = false): StoppedError | undefined {
    const { maxRejects } = this.#limits;
    if (maxRejects === undefined || !this.#exceeds(maxRejects)) return undefined;
    if ('percent' in maxRejects && !final && this.#read < minRecordsForPercent) return undefined;
    this.#exceeded ??= this.#rejectsError(maxRejects);
    return this.#exceeded;
  }

  /**
   * The error to report at the end. More records may have been rejected since --max-rejects stopped the run.
   */
  finalError(error: unknown): unknown {
    const { maxRejects } = this.#limits;
    return error === this.#exceeded && maxRejects ? this.#rejectsError(maxRejects) : error;
  }

  #rejectsError(limit: Limit): StoppedError {
    const { rejected } = this.totalCounts;
    const { read } = this.records.counts;
    const lines = this.#joinedLines;
    const joined = lines === 0 ? '' : `, with ${pluralize(lines, 'more line')} that quotes joined to them`;
    return new StoppedError(
      `${formatCount(rejected)} of ${pluralize(read, 'record')} rejected${joined}: more than --max-rejects ${limitText(limit)} allows.`,
      exitCodes.partial,
    );
  }

  /** Called when everything was read and sent. Throws an error if the run is not complete. */
  requireComplete(): void {
    const error =
      this.tooManyRejects(true) ?? this.#openTasks() ?? this.#tooFewRecords() ?? this.#changedInputs();
    if (error) throw error;
  }

  get exitCode(): number {
    const { wait, dryRun } = this.#limits;
    // A dry run stores nothing, so its tasks are not waited for.
    const openTasks = wait && !dryRun && this.tasks.queued > 0;
    // The records of a failed task are rejected, and so within the limit, unless its errors name none of
    // them.
    const failedTasks =
      this.tasks.failed > 0 &&
      (this.#limits.allowRejects === undefined || this.#taskErrors.warnings.length > 0);
    const partial = this.#exceeds(this.#limits.allowRejects ?? { count: 0 }) || failedTasks || openTasks;
    return partial ? exitCodes.partial : exitCodes.ok;
  }

  /** Lines that quotes joined to rejected rows count as rejected records. */
  #exceeds(limit: Limit): boolean {
    const joined = this.#joinedLines;
    return exceeds(limit, this.totalCounts.rejected + joined, this.#read + joined);
  }

  #changedInputs(): StoppedError | undefined {
    if (this.#changed.length === 0) return undefined;
    return new StoppedError(
      `${listOf(this.#changed, 'and')} changed while being read: the upload may be incomplete, or mix old and new content.`,
      exitCodes.partial,
      { hint: 'Upload it again once the file no longer changes.' },
    );
  }

  #openTasks(): StoppedError | undefined {
    if (this.complete) return undefined;
    const records = pluralize(this.#read - this.records.counts.read, 'record');
    return new StoppedError(
      `${pluralize(this.tasks.queued, 'task')} did not finish in time: ${records} may not be stored.`,
      exitCodes.partial,
      { hint: 'Run the same command with --resume to send these records again.' },
    );
  }

  #tooFewRecords(): StoppedError | undefined {
    const { minRecords } = this.#limits;
    if (minRecords === undefined && this.#read === 0) {
      return new StoppedError('The input contains no records.', exitCodes.partial, {
        hint: 'Check the program that writes it. --min-records 0 accepts an empty input.',
      });
    }
    if (minRecords === undefined || this.#read >= minRecords) return undefined;
    return new StoppedError(
      `The input has ${pluralize(this.#read, 'record')}, fewer than --min-records ${minRecords}.`,
      exitCodes.partial,
      { hint: 'Check whether the export is complete.' },
    );
  }
}
