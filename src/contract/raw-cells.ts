/**
 * The cells of a row of CSV text, each as it is written, quotes included. They join to the same text. A row
 * that cannot be parsed is split as well as possible: a misplaced quote is an ordinary character.
 */
export function rawCells(row: string, delimiter: string): string[] {
  const cells: string[] = [];
  for (let start = 0; ; ) {
    const end = endOfCell(row, start, delimiter);
    cells.push(row.slice(start, end));
    if (end >= row.length) return cells;
    start = end + delimiter.length;
    if (start >= row.length) return [...cells, ''];
  }
}

/** The index of the delimiter after a cell, or the end of the row. */
function endOfCell(row: string, start: number, delimiter: string): number {
  const close = row[start] === '"' ? closingQuote(row, start, delimiter) : -1;
  const end = close === -1 ? row.indexOf(delimiter, start) : close + 1;
  return end === -1 ? row.length : end;
}

/** The index of the quote that closes a cell; -1 if there is none, or if more of the cell follows it. */
function closingQuote(row: string, open: number, delimiter: string): number {
  for (let at = row.indexOf('"', open + 1); at !== -1; at = row.indexOf('"', at + 1)) {
    if (row[at + 1] === '"') at++;
    else return at + 1 === row.length || row.startsWith(delimiter, at + 1) ? at : -1;
  }
  return -1;
}
