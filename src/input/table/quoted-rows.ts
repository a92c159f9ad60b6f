import { parse } from 'csv-parse/sync';

const lineEnds = ['\r\n', '\n', '\r'];

/**
 * The cells of rows with quotes; `undefined` for a row that cannot be parsed.
 * A row that csv-parse rejects fails the whole block, which is then parsed again row by row.
 */
export function parseQuotedRows(rows: readonly string[], delimiter: string): (string[] | undefined)[] {
  const together = tryParse(rows.join('\n'), delimiter);
  if (together?.length === rows.length) return together;
  return rows.map((row) => {
    const alone = tryParse(row, delimiter);
    return alone?.length === 1 ? alone[0] : undefined;
  });
}

function tryParse(text: string, delimiter: string): string[][] | undefined {
  try {
    return parse(text, { delimiter, record_delimiter: lineEnds, relax_column_count: true, bom: false });
  } catch {
    return undefined;
  }
}
