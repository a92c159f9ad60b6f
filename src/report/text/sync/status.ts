import type { SetStatus } from '../../../sync/status.ts';
import { escapeControls, formatBytes, formatDuration, joinParts, pluralize } from '../../../text.ts';
import type { Style } from '../style.ts';

/** Each set in a paragraph, the last synced one first. */
export function syncStatusText(
  sets: readonly SetStatus[],
  { style, now }: { readonly style: Style; readonly now: number },
): string {
  return sets.map((set) => paragraph(set, style, now)).join('');
}

function paragraph(status: SetStatus, style: Style, now: number): string {
  const { set, server, state, time, users, bytes, openTasks, blockedDeletes, problem } = status;
  const ago = (since: string) => formatDuration(Math.max(0, now - Date.parse(since)));
  const facts = joinParts([
    pluralize(users, 'user'),
    `synced ${ago(time)} ago`,
    formatBytes(bytes),
    openTasks > 0 ? pluralize(openTasks, 'open task') : '',
  ]);
  const lines = [
    `${style.bold(escapeControls(set === '' ? '(no name)' : set))}  ${escapeControls(server)}`,
    `  ${facts}`,
    style.dim(`  ${escapeControls(state)}`),
  ];
  if (problem !== undefined)
    lines.push(style.yellow(`  The state is ${problem}: the next sync sends everything and deletes no user`));
  if (blockedDeletes) {
    const { count, since, reason } = blockedDeletes;
    lines.push(
      style.yellow(`  ${pluralize(count, 'user')} not deleted for ${ago(since)}: ${escapeControls(reason)}`),
    );
  }
  return `${lines.join('\n')}\n`;
}
