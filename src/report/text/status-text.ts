import { escapeControls } from '../../text.ts';
import type { Style } from './style.ts';

/** What Miso says about one task. */
export interface TaskStatus {
  readonly task_id: string;
  /** `unknown`: Miso does not know the task (yet). */
  readonly status: 'finished' | 'failed' | 'unknown';
  readonly errors: readonly string[];
}

/** One task, with its errors below it. */
export function statusText({ task_id, status, errors }: TaskStatus, style: Style): string {
  const words = {
    finished: style.green('finished'),
    failed: style.red('failed'),
    unknown: style.yellow('not found (may still be queued)'),
  }[status];
  const lines = [
    `${escapeControls(task_id)}: ${words}`,
    ...errors.map((line) => `  ${escapeControls(line)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
