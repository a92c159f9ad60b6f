import type { Reason } from '../../records/record.ts';
import type { Item, ReadChunk, RejectedItem } from '../item.ts';
import type { Ledger } from '../journal/ledger.ts';
import { rejectionOf } from '../rejects/rejection.ts';
import type { RunStop } from '../run-stop.ts';
import type { Selection } from '../selection.ts';
import type { AcceptedCall, EndedTask, OutcomeSink } from './outcome-sink.ts';
import type { RunStats } from './run-stats.ts';

interface RecorderParts {
  readonly stats: RunStats;
  readonly ledger: Ledger;
  readonly stop: RunStop;
  readonly selection?: Pick<Selection, 'stored' | 'queued' | 'taskEnded'> | undefined;
}

/**
 * Counts each outcome, writes it to the ledger, and stops the run when more records are rejected than
 * allowed.
 */
export class OutcomeRecorder implements OutcomeSink {
  readonly #stats: RunStats;
  readonly #ledger: Ledger;
  readonly #stop: RunStop;
  readonly #selection: RecorderParts['selection'];

  constructor({ stats, ledger, stop, selection }: RecorderParts) {
    this.#stats = stats;
    this.#ledger = ledger;
    this.#stop = stop;
    this.#selection = selection;
  }

  /** Counts what was read, and rejects the records that failed a check. */
  read({ file, read, skipped, rejected }: ReadChunk): void {
    this.#stats.read(read);
    this.#stats.records.skipped(file, skipped);
    for (const item of rejected) this.refused(item);
  }

  /** A record that is not stored. */
  refused({ rejection, position }: RejectedItem): void {
    this.#stats.rejected(rejection);
    this.#ledger.rejected({ rejection, position });
    const tooMany = this.#stats.tooManyRejects();
    if (tooMany) this.#stop.request(tooMany);
  }

  stored(item: Item): void {
    const { record, position } = item;
    this.#stats.records.uploaded(record.source.file, record.id);
    this.#selection?.stored(item);
    this.#ledger.done(position);
  }

  superseded({ record, position }: Item): void {
    this.#stats.records.superseded(record.source.file);
    this.#ledger.done(position);
  }

  unchanged({ record, position }: Item): void {
    this.#stats.records.unchanged(record.source.file);
    this.#ledger.done(position);
  }

  rejected(item: Item, reasons: readonly Reason[]): void {
    this.refused({ rejection: rejectionOf(item, reasons), position: item.position });
  }

  callAccepted(call: AcceptedCall): void {
    this.#stats.callAccepted(call);
    if (call.taskId !== undefined) this.#selection?.queued(call.taskId, call.items);
  }

  taskEnded(task: EndedTask): void {
    this.#stats.taskEnded(task);
    this.#selection?.taskEnded(task.taskId, task.outcome);
  }
}
