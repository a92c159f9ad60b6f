import { isPlain, type TableStart } from './header.ts';
import { RowScanner } from './row-scanner.ts';

const rowsExamined = 20;
const charactersExamined = 64 * 1024;

/**
 * Whether the lines inside a quoted cell look like rows of the table: at least three quarters of the first
 * ones have the right number of columns, and a value without white space where the first rows have one. A
 * last line that may be incomplete is ignored.
 */
export function lookLikeRows(lines: string, start: TableStart, lastIsIncomplete: boolean): boolean {
  const { table, minColumns, named, plainColumn } = start;
  const examined = lines.slice(0, charactersExamined);
  const complete = !lastIsIncomplete && examined.length === lines.length;
  const scanner = new RowScanner(table.delimiter).load(examined, complete);
  let rows = 0;
  let good = 0;
  while (rows < rowsExamined && scanner.advance()) {
    if (scanner.end === scanner.start) continue;
    rows++;
    const cells = scanner.misplaced === -1 ? scanner.cells() : [];
    const fits = cells.length >= minColumns && cells.length <= named.length;
    if (fits && (plainColumn === undefined || isPlain(cells[plainColumn]))) good++;
  }
  return good > 0 && good * 4 >= rows * 3;
}
