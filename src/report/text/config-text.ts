import { escapeControls } from '../../text.ts';
import type { Style } from './style.ts';
import { pad, widthOf, wrap } from './width.ts';

/** One line of `miso config`. */
export interface ConfigLine {
  readonly key: string;
  readonly text: string;
  readonly origin: string;
  readonly isDefault: boolean;
}

/** Every setting with its value and, as a comment, its origin. Defaults are dimmed. */
export function configText(
  lines: readonly ConfigLine[],
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): string {
  const keyWidth = Math.max(0, ...lines.map(({ key }) => widthOf(key)));
  return lines
    .map(({ key, text, origin, isDefault }) => {
      const value = `${pad(key, keyWidth)}  ${escapeControls(text)}`;
      const line = wrap(`${value}  # ${escapeControls(origin)}`, width);
      return `${isDefault ? style.dim(line) : line}\n`;
    })
    .join('');
}
