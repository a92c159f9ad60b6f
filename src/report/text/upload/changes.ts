import { escapeControls, shorten } from '../../../text.ts';
import type { UploadSummary } from '../../../upload/outcome/summary.ts';
import type { Style } from '../style.ts';

/** Max length of a displayed value. */
const maxShown = 60;

/** The first changes that a dry run found, one per line: `u-1  city: "Rome" → "Paris"`. */
export function changesText({ update }: UploadSummary, style: Style): string {
  return (update?.changes ?? [])
    .map(({ user_id, field, before, after }) => {
      const values = `${style.dim(valueText(before))} → ${valueText(after)}`;
      return `  ${escapeControls(shorten(user_id, maxShown))}  ${style.bold(escapeControls(field))}: ${values}\n`;
    })
    .join('');
}

function valueText(json: string | null): string {
  return json === null ? '(none)' : escapeControls(shorten(json, maxShown));
}
