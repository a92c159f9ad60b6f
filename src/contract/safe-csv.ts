/**
 * The column that marks a CSV file written with --safe-csv. In such a file every cell that a spreadsheet
 * would run as a formula starts with an apostrophe; upload removes it and ignores the column.
 */
export const safeCsvColumn = '_safe_csv';

/**
 * A cell that no spreadsheet runs. One that only looks like the result gets an apostrophe too, so that none
 * is lost.
 */
export function safeCell(cell: string): string {
  return /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** The cell that `safeCell` was given. */
export function unsafeCell(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

/** A cell as it is written, quotes included, that no spreadsheet runs. */
export function safeRawCell(cell: string): string {
  return cell.startsWith('"') ? `"${safeCell(cell.slice(1))}` : safeCell(cell);
}

/** The cell that `safeRawCell` was given. */
export function unsafeRawCell(cell: string): string {
  return cell.startsWith('"') ? `"${unsafeCell(cell.slice(1))}` : unsafeCell(cell);
}
