import { cellOf, valueAt } from './format.ts';

/** How a terminal shows text. */
export interface Drawing {
  /** Columns of the terminal. */
  readonly width: number;
  /** Text without what a terminal would take for a command. */
  readonly shown: (text: string) => string;
  /** Columns that text takes up. */
  readonly widthOf: (text: string) => number;
  /** Text cut to so many columns. */
  readonly truncate: (text: string, width: number) => string;
  /** Text filled up to so many columns. */
  readonly pad: (text: string, width: number) => string;
}

/** Columns of the widest cell. */
const widestCell = 40;

/** A table for people: columns as wide as their widest cell, cut to the width of the terminal. */
export function tableText(
  records: readonly Readonly<Record<string, unknown>>[],
  fields: readonly string[] | undefined,
  { width, shown, widthOf, truncate, pad }: Drawing,
): string {
  const header = fields ?? [...new Set(records.flatMap((record) => Object.keys(record)))];
  const cellAt = (text: string) => truncate(shown(text), widestCell);
  const rows = [
    header.map(cellAt),
    ...records.map((record) => header.map((field) => cellAt(cellOf(valueAt(record, field))))),
  ];
  const widths = header.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[column]!)), 0),
  );
  return rows
    .map((row) => {
      const line = row.map((cell, column) => pad(cell, widths[column]!)).join('  ');
      return `${truncate(line.trimEnd(), width)}\n`;
    })
    .join('');
}
