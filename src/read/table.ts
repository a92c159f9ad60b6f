import { cellOf } from './format.ts';

/** A table for people: columns as wide as their widest cell, cut to the width of the terminal. */
export function tableText(
  records: readonly Readonly<Record<string, unknown>>[],
  {
    fields,
    width,
    shown,
  }: { fields: readonly string[] | undefined; width: number; shown: (text: string) => string },
): string {
  const header = fields ?? [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = [header, ...records.map((record) => header.map((field) => shown(cellOf(record[field]))))];
  const widths = header.map((_, column) => Math.min(40, Math.max(...rows.map((row) => row[column]!.length))));
  return rows
    .map(
      (row) =>
        `${cut(
          row
            .map((cell, n) => cut(cell, widths[n]!).padEnd(widths[n]!))
            .join('  ')
            .trimEnd(),
          width,
        )}\n`,
    )
    .join('');
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
