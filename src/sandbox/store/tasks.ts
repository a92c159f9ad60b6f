import { randomUUID } from 'node:crypto';

/** What became of queued work, as `_status` answers. */
export interface TaskStatus {
  /** Milliseconds. */
  readonly took: number;
  readonly errors: boolean;
  /** A line for everything that was not done. */
  readonly data: readonly string[];
  readonly code: number;
}

const maxTasks = 100_000;

/** The tasks of the calls so far; the oldest are forgotten beyond 100,000. */
export class Tasks {
  readonly #tasks = new Map<string, { readonly readyAt: number; readonly lines: readonly string[] }>();
  readonly #delay: number;

  /** `delay`: the milliseconds for which a fresh task is not known yet. */
  constructor(delay: number) {
    this.#delay = delay;
  }

  /** Opens a task at `now` (ms) that will report `lines`, and returns its id. */
  add(now: number, lines: readonly string[] = []): string {
    const id = randomUUID();
    this.#tasks.set(id, { readyAt: now + this.#delay, lines });
    if (this.#tasks.size > maxTasks) {
      for (const oldest of this.#tasks.keys()) {
        this.#tasks.delete(oldest);
        break;
      }
    }
    return id;
  }

  /** The status of a task at `now` (ms); undefined while it is too fresh, and for ids that never were. */
  status(id: string, now: number): TaskStatus | undefined {
    const task = this.#tasks.get(id);
    if (task === undefined || now < task.readyAt) return undefined;
    return { took: Math.max(1, this.#delay), errors: task.lines.length > 0, data: task.lines, code: 200 };
  }
}
