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

/** A row of CSV text, even one that cannot be parsed, in which no spreadsheet runs a cell. */
export function safeRow(raw: string, delimiter: string): string {
  let text = '';
  for (let start = 0; ; ) {
    const end = endOfCell(raw, start, delimiter);
    const cell = raw.slice(start, end);
    text += cell.startsWith('"') ? `"${safeCell(cell.slice(1))}` : safeCell(cell);
    if (end === raw.length) return text;
    text += delimiter;
    start = end + 1;
  }
}

/** The index of the delimiter after a cell, or the end; a delimiter within quotes belongs to the cell. */
function endOfCell(raw: string, start: number, delimiter: string): number {
  let quoted = false;
  for (let at = start; at < raw.length; at++) {
    if (raw[at] === '"' && raw[start] === '"') quoted = !quoted;
    else if (raw[at] === delimiter && !quoted) return at;
  }
  return raw.length;
}
