import { escapeControls, formatCount, formatDuration, pluralize, shorten } from '../../../text.ts';
import type { UploadSummary } from '../../../upload/outcome/summary.ts';
import type { Style } from '../style.ts';
import { isSync } from '../upload/headline.ts';

/** Ids that are shown. */
const maxShown = 10;
const maxIdShown = 60;

/** What a sync says of users who are not in the input. */
export function syncText(summary: UploadSummary, style: Style): string {
  const { sync, blockedDeletes, goneIds = [], command } = summary;
  if (!isSync(command) || !sync) return '';
  const { deleted, changedElsewhere = 0, failed = 0, foreign, unknown } = sync;
  const lines: string[] = [];
  if (unknown > 0 && !summary.adopted)
    lines.push('unknown: at Miso, but this set does not know their records, so they are sent');
  if (changedElsewhere > 0)
    lines.push(`${pluralize(changedElsewhere, 'user')} kept: gone, but changed elsewhere`);
  if (failed > 0) lines.push(`${pluralize(failed, 'delete')} failed; the next sync tries again`);
  if (goneIds.length > 0 && deleted === 0) lines.push(`Gone: ${idList(goneIds)}`);
  if (foreign > 0) lines.push(`${pluralize(foreign, 'user')} at Miso not in this set`);
  const dim = lines.map((line) => style.dim(`  ${line}`));
  if (blockedDeletes) {
    const { count, reason, since } = blockedDeletes;
    const age = Date.parse(summary.startedAt) + summary.durationMs - Date.parse(since);
    const ago = age > summary.durationMs + 1000 ? ` (blocked for ${formatDuration(age)})` : '';
    const users = count > 0 ? `${pluralize(count, 'user')} not deleted` : 'No user was deleted';
    dim.push(style.yellow(`  ${users}${ago}: ${escapeControls(reason)}`));
  }
  return dim.map((line) => `${line}\n`).join('');
}

function idList(ids: readonly string[]): string {
  const shown = ids.slice(0, maxShown).map((id) => escapeControls(shorten(id, maxIdShown)));
  const more = ids.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${formatCount(more)} more` : shown.join(', ');
}

export interface PreviewedUsers {
  readonly new: readonly string[];
  readonly unknown: readonly string[];
  readonly gone: readonly string[];
  /** The fields that differ, by user. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
}

/** The first users of each kind, one kind per paragraph: `  changed  u-2: city, custom_attributes.plan`. */
export function previewText({ changed, ...others }: PreviewedUsers, style: Style): string {
  const lists = Object.entries(others).filter(([, ids]) => ids.length > 0);
  const kinds = lists.map(([kind, ids]) => `  ${style.bold(kind)}  ${idList(ids)}\n`);
  const changes = [...changed].map(([id, fields]) => {
    const what = fields.length === 0 ? 'nothing that Miso shows' : fields.map(escapeControls).join(', ');
    return `  ${style.bold('changed')}  ${escapeControls(shorten(id, maxIdShown))}: ${what}\n`;
  });
  return [...kinds, ...changes].join('');
}
