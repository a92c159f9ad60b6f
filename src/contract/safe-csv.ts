/**
 * The column that marks a CSV file written with --safe-csv. In such a file every cell that a spreadsheet would run as a
 * formula starts with an apostrophe; upload removes it and ignores the column.
 */
export const safeCsvColumn = '_safe_csv';

/** A cell that no spreadsheet runs. One that only looks like the result gets an apostrophe too, so that none is lost. */
export function safeCell(cell: string): string {
  return /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** The cell that `safeCell` was given. */
export function unsafeCell(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
