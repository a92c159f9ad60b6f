import { randomUUID } from 'node:crypto';

/** The status of a task, as `_status` answers. */
export interface TaskStatus {
  /** Milliseconds. */
  readonly took: number;
  readonly errors: boolean;
  /** An error line for each record that was not stored or deleted. */
  readonly data: readonly string[];
  readonly code: number;
}

/** In milliseconds. */
export interface TaskDelays {
  /** Time until a call takes effect. Default: 0. */
  readonly apply?: number;
  /** Minimum time for which the status of a task is 404. Default: 0. */
  readonly task?: number;
}

/** When work is done. */
export interface Timing {
  /** Milliseconds. Default: that of the tasks. Infinity: never, and nothing waits for it. */
  readonly delay?: number;
  /** Later work does not wait for it. */
  readonly isOvertaken?: boolean;
}

interface Task {
  readonly createdAt: number;
  readonly knownAt: number;
  readonly lines: readonly string[];
}

const maxTasks = 100_000;

/** The work of uploads and deletes, and their tasks. Beyond 100,000 tasks the oldest are forgotten. */
export class Tasks {
  readonly #tasks = new Map<string, Task>();
  /** In the order of time. */
  readonly #queued: { readonly at: number; readonly work: () => void }[] = [];
  /** When the work is done that later work waits for. */
  #lastAt = 0;
  readonly #delays: Required<TaskDelays>;

  constructor({ apply = 0, task = 0 }: TaskDelays) {
    this.#delays = { apply, task };
  }

  /**
   * Does work after a delay, counted from `now`, and returns the time at which it is done. Work is done in
   * the order of the calls: it waits for work that was queued before, unless that is overtaken.
   */
  schedule(
    now: number,
    work: () => void,
    { delay = this.#delays.apply, isOvertaken = false }: Timing = {},
  ): number {
    if (delay === Number.POSITIVE_INFINITY) return delay;
    const at = Math.max(now + delay, this.#lastAt);
    if (!isOvertaken) this.#lastAt = at;
    if (at <= now) work();
    else this.#queued.splice(this.#queued.findLastIndex((one) => one.at <= at) + 1, 0, { at, work });
    return at;
  }

  /** Does the queued work that is due at `now`; Infinity does all of it. */
  runDue(now: number): void {
    while (this.#queued[0] !== undefined && this.#queued[0].at <= now) this.#queued.shift()?.work();
  }

  /** Creates a task whose work is done at `doneAt`, and returns its id. */
  add(
    now: number,
    { doneAt = now, lines = [] }: { doneAt?: number; lines?: readonly string[] } = {},
  ): string {
    const id = randomUUID();
    this.#tasks.set(id, { createdAt: now, knownAt: Math.max(doneAt, now + this.#delays.task), lines });
    if (this.#tasks.size > maxTasks) {
      const [oldest] = this.#tasks.keys();
      if (oldest !== undefined) this.#tasks.delete(oldest);
    }
    return id;
  }

  /** The status of a task at `now`; undefined for an unknown id and while the task is queued. */
  status(id: string, now: number): TaskStatus | undefined {
    const task = this.#tasks.get(id);
    if (task === undefined || now < task.knownAt) return undefined;
    const took = Math.max(1, task.knownAt - task.createdAt);
    return { took, errors: task.lines.length > 0, data: task.lines, code: 200 };
  }
}
