import { escapeControls } from '../../text.ts';
import type { Style } from './style.ts';
import { pad, widthOf } from './width.ts';

/** Values are aligned up to this width; longer ones push the rest of their line. */
const widestValue = 40;

/** One line of `miso config`. */
export interface ConfigLine {
  readonly key: string;
  readonly text: string;
  readonly origin: string;
  readonly isDefault: boolean;
}

/** Every setting, aligned; what nobody set is dimmed. */
export function configText(rows: readonly ConfigLine[], style: Style): string {
  const shown = rows.map((row) => ({
    ...row,
    key: escapeControls(row.key),
    text: escapeControls(row.text),
    origin: escapeControls(row.origin),
  }));
  const keyWidth = Math.max(0, ...shown.map(({ key }) => widthOf(key)));
  const textWidth = Math.min(widestValue, Math.max(0, ...shown.map(({ text }) => widthOf(text))));
  return shown
    .map(({ key, text, origin, isDefault }) => {
      const line = `${pad(key, keyWidth)}  ${pad(text, textWidth)}  ${origin}`;
      return `${isDefault ? style.dim(line) : line}\n`;
    })
    .join('');
}
