import { setMaxListeners } from 'node:events';
import type { StopSignals } from '../api/call.ts';
import { waitForTask } from '../api/tasks.ts';
import { resolveInputs } from '../input/resolve.ts';
import type { BatchLimits } from './batching/batch.ts';
import { dispatch } from './batching/dispatch.ts';
import type { Batch } from './batching/item.ts';
import type { Portion } from './batching/portion.ts';
import { Ledger } from './journal/ledger.ts';
import { Account } from './outcome/account.ts';
import { type RunEnds, runEnds } from './outcome/run-ends.ts';
import type { UploadSummary } from './outcome/summary.ts';
import { type Prepared, prepare } from './prepare.ts';
import { openReading, startThread } from './reading/open-reading.ts';
import type { Reading } from './reading/read.ts';
import type { ReadingThread } from './reading/reading-thread.ts';
import { sendBatch } from './sending/send.ts';
import { Witness } from './sending/witness.ts';
import type { UploadDeps, UploadSettings } from './settings.ts';
import { windDown } from './wind-down.ts';

/** Batches begun or waiting for each call that may be in flight: the next body is ready when a call returns. */
const batchesPerCall = 2;
/** Records whose tasks are waited for, with --wait: they stay in memory, to be traced back to their lines. */
const recordsWithTasks = 20_000;
/** --wait gives up on a task after ten minutes. */
const taskLimitMs = 600_000;

/** What came of a run. */
export interface UploadResult {
  readonly summary: UploadSummary;
  /** Why it ended before everything was done: never thrown, so that the summary is there whatever happens. */
  readonly error?: unknown;
}

/** One upload, from the names of the inputs to the summary. Without a session nothing is sent: records are only checked. */
export async function runUpload(settings: UploadSettings, deps: UploadDeps): Promise<UploadResult> {
  const run = new Run(settings, deps);
  try {
    await run.execute();
  } catch (error) {
    return { summary: run.summary(error), error };
  }
  return { summary: run.summary() };
}

class Run {
  readonly #settings: UploadSettings;
  readonly #deps: UploadDeps;
  readonly #account: Account;
  readonly #limits: BatchLimits;
  readonly #soft = new AbortController();
  readonly #hard = new AbortController();
  readonly #stop: StopSignals;
  readonly #witness: Witness | undefined;
  #prepared: Prepared | undefined;
  #reading: Reading | undefined;
  #finished = false;

  constructor(settings: UploadSettings, deps: UploadDeps) {
    this.#settings = settings;
    this.#account = new Account(settings, deps);
    this.#deps = { ...deps, events: { ...deps.events, warning: (text) => this.#account.warn(text) } };
    this.#limits = { records: settings.recordsPerRequest, bytes: settings.bytesPerRequest };
    this.#stop = {
      soft: AbortSignal.any([deps.stop.soft, this.#soft.signal]),
      hard: AbortSignal.any([deps.stop.hard, this.#hard.signal]),
    };
    // Each waiting call listens: many are no leak.
    setMaxListeners(0, this.#stop.soft, this.#stop.hard);
    this.#witness = deps.session && new Witness(deps.session.users, this.#stop);
  }

  async execute(): Promise<void> {
    const { stdin, cwd, reader } = this.#deps;
    const { inputs, warnings } = await resolveInputs(this.#settings.inputs, { stdin, cwd });
    for (const text of warnings) this.#account.warn(text);
    const thread = startThread(inputs, reader);
    try {
      await this.#upload(await prepare(inputs, this.#settings, this.#deps), thread);
    } finally {
      await thread?.stop();
    }
  }

  async #upload(prepared: Prepared, thread: ReadingThread | undefined): Promise<void> {
    this.#prepared = prepared;
    if (prepared.earlier) this.#account.goOn(prepared.earlier.counts);
    const reading = openReading(prepared, this.#settings, {
      events: this.#deps.events,
      limits: this.#limits,
      thread,
    });
    this.#reading = reading;
    // It takes about as long as a thread takes to its first records.
    this.#deps.session?.preload();
    const ledger = this.#openLedger(prepared, reading);
    const over = windDown(reading, { stop: this.#stop.soft, cut: this.#hard, clock: this.#deps.clock });
    try {
      this.#announce(prepared, reading);
      const ends = runEnds({ account: this.#account, ledger, over: (limit) => this.#soft.abort(limit) });
      const batches = this.#batches(reading.portions(), { ends, ledger });
      await dispatch(batches, (batch) => this.#work(batch, { ends, ledger }), this.#window());
      if (this.#stop.soft.aborted) throw this.#stop.soft.reason;
      this.#finished = this.#account.complete;
      const lacking =
        this.#account.limitReached(true) ?? this.#account.unfinished() ?? this.#account.shortfall();
      if (lacking) throw lacking;
    } finally {
      over();
      try {
        await prepared.close();
      } finally {
        await ledger.close(this.#finished);
      }
    }
  }

  summary(error?: unknown): UploadSummary {
    return this.#account.summary({
      prepared: this.#prepared,
      noticed: this.#reading?.warnings() ?? [],
      finished: this.#finished,
      error,
    });
  }

  /** The batches of all portions; what needs no call comes to its end here. */
  async *#batches(
    portions: AsyncIterable<Portion>,
    { ends, ledger }: { ends: RunEnds; ledger: Ledger },
  ): AsyncGenerator<Batch> {
    for await (const { file, taken, skipped, refused, batches } of portions) {
      this.#account.taken(taken);
      this.#account.tally.skipped(file, skipped);
      for (const { rejection, position } of refused) ends.refused(rejection, position);
      yield* batches;
      // Rejected records wait for no call, but they wait for the disk.
      await ledger.room();
    }
  }

  async #work(batch: Batch, { ends, ledger }: { ends: RunEnds; ledger: Ledger }): Promise<void> {
    this.#account.calls++;
    const { session, clock } = this.#deps;
    if (!session || !this.#witness) {
      batch.eachSent(ends.stored);
      batch.eachSuperseded(ends.superseded);
      return ledger.room();
    }
    const { retries, dryRun, wait } = this.#settings;
    const stop = this.#stop;
    const taskEnd = (taskId: string) =>
      waitForTask(taskId, { users: session.users, clock, stop, limitMs: taskLimitMs });
    try {
      await sendBatch(batch, {
        users: session.users,
        limits: this.#limits,
        ends,
        witness: this.#witness,
        call: { retries, dryRun, stop },
        taskEnd: wait && !dryRun ? taskEnd : undefined,
      });
      await ledger.room();
    } catch (error) {
      this.#soft.abort(error);
      throw error;
    }
  }

  #window(): () => number {
    const { concurrency, wait, recordsPerRequest } = this.#settings;
    const usual = concurrency * batchesPerCall;
    const window = wait ? Math.max(usual, Math.floor(recordsWithTasks / recordsPerRequest)) : usual;
    return () => window;
  }

  #openLedger(prepared: Prepared, reading: Reading): Ledger {
    const before = prepared.earlier?.counts ?? { uploaded: 0, rejected: 0, superseded: 0 };
    return new Ledger({
      journal: prepared.journal,
      rejects: prepared.rejects,
      clock: this.#deps.clock,
      marks: () => reading.marks(),
      counts: () => {
        const { uploaded, rejected, superseded } = this.#account.tally.counts;
        return {
          uploaded: before.uploaded + uploaded,
          rejected: before.rejected + rejected,
          superseded: before.superseded + superseded,
        };
      },
      failed: (error) => this.#soft.abort(error),
    });
  }

  #announce(prepared: Prepared, reading: Reading): void {
    const sizes = prepared.inputs.map(({ ref }) => ref.size ?? Number.NaN);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    this.#deps.events.started?.({
      inputs: prepared.inputs,
      bytesTotal: Number.isNaN(total) ? undefined : total,
      bytesRead: () => reading.bytesRead(),
      summary: () => this.summary(),
    });
  }
}
