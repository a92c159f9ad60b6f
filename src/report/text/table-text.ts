import { escapeControls } from '../../text.ts';
import type { Style } from './style.ts';
import { pad, truncate, widthOf } from './width.ts';

const maxCellWidth = 40;

/** A plain-text table. Columns are as wide as their widest cell. Lines are cut at `width`, if defined. */
export function tableText(
  { header, rows }: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] },
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): string {
  const shown = [header, ...rows].map((row) =>
    row.map((cell) => truncate(escapeControls(cell), maxCellWidth)),
  );
  const widths = header.map((_, column) =>
    shown.reduce((widest, row) => Math.max(widest, widthOf(row[column]!)), 0),
  );
  const lines = shown.map((row) => {
    const line = row
      .map((cell, column) => pad(cell, widths[column]!))
      .join('  ')
      .trimEnd();
    return width === undefined ? line : truncate(line, width);
  });
  return lines.map((line, n) => `${n === 0 ? style.bold(line) : line}\n`).join('');
}
