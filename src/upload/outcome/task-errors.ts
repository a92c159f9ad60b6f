import type { Warning } from './summary.ts';

/** Beyond this number, different errors share one warning. */
const maxWarnings = 100;

/** Errors of tasks that name no record, as warnings with counts. Each failed task may repeat the same one. */
export class TaskErrors {
  readonly #counts = new Map<string, number>();

  add(line: string): void {
    const message = `A task failed with an error that names no record: ${line}`;
    const isKnown = this.#counts.has(message) || this.#counts.size < maxWarnings;
    const key = isKnown ? message : 'More tasks failed with errors that name no record.';
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get warnings(): readonly Warning[] {
    return [...this.#counts].map(([message, count]) => ({ code: 'task-error', message, count }));
  }
}
