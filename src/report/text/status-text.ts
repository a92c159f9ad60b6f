import { escapeControls } from '../../text.ts';
import type { Style } from './style.ts';

/** What Miso says of one task. */
export interface TaskStatus {
  readonly task_id: string;
  /** `unknown`: Miso does not know it, or not yet. */
  readonly status: 'finished' | 'failed' | 'unknown';
  readonly errors: readonly string[];
}

/** One task, and its errors below it. */
export function statusText({ task_id, status, errors }: TaskStatus, style: Style): string {
  const word = {
    finished: style.green('finished'),
    failed: style.red('failed'),
    unknown: style.yellow('not known, or not yet'),
  }[status];
  const lines = [`${escapeControls(task_id)} ${word}`, ...errors.map((line) => `  ${escapeControls(line)}`)];
  return lines.map((line) => `${line}\n`).join('');
}
