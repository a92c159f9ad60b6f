import type { TaskResult } from '../../api/tasks.ts';
import type { Reason } from '../../records/record.ts';
import type { Item } from '../item.ts';

/**
 * How a task ended. `split`: it failed without naming a record, so its records were sent again in two calls.
 */
export type TaskOutcome = TaskResult['kind'] | 'split';

/** Receives the outcome of each record, exactly once, and events of calls and tasks. */
export interface OutcomeSink {
  /** Accepted by Miso; with --wait, finished by Miso. */
  stored(item: Item): void;
  /** A later record of the same id was stored instead. */
  superseded(item: Item): void;
  /** Miso holds it already, so it was not sent. */
  unchanged(item: Item): void;
  rejected(item: Item, reasons: readonly Reason[]): void;
  /** `bytes`: of the body. `taskId`: of the task that stores the records, if Miso queued them. */
  callAccepted(call: AcceptedCall): void;
  /** A task that was waited for. */
  taskEnded(task: EndedTask): void;
}

export interface AcceptedCall {
  readonly items: readonly Item[];
  readonly bytes: number;
  readonly taskId: string | undefined;
}

export interface EndedTask {
  readonly taskId: string;
  readonly outcome: TaskOutcome;
  /** Its errors that name no record. */
  readonly unnamed: readonly string[];
}
