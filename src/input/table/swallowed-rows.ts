import { RowScanner } from './row-scanner.ts';

const rowsExamined = 20;
const charactersExamined = 64 * 1024;

/** The number of columns that a row may have. */
export interface ColumnRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Whether lines that a quoted cell swallowed look like rows of the table: at least three quarters of the first ones have
 * the right number of columns. If `incomplete`, the last line may be incomplete and is no evidence.
 */
export function lookLikeRows(
  lines: string,
  { delimiter, columns, incomplete }: { delimiter: string; columns: ColumnRange; incomplete: boolean },
): boolean {
  const examined = lines.slice(0, charactersExamined);
  const scanner = new RowScanner(delimiter).load(examined, !incomplete && examined.length === lines.length);
  let rows = 0;
  let good = 0;
  while (rows < rowsExamined && scanner.advance()) {
    if (scanner.end === scanner.start) continue;
    rows++;
    const count = scanner.misplaced === -1 ? scanner.cells().length : 0;
    if (count >= columns.min && count <= columns.max) good++;
  }
  return good > 0 && good * 4 >= rows * 3;
}
