/** Rows that were not read as records, and are no faults. */
export interface UnusualRows {
  repeatedHeaders: number;
  byteOrderMarks: number;
}

export function rowWarnings(path: string, { repeatedHeaders, byteOrderMarks }: UnusualRows): string[] {
  const warnings: string[] = [];
  if (repeatedHeaders === 1) {
    warnings.push(`${path}: the header is repeated among the rows; the repetition was skipped.`);
  } else if (repeatedHeaders > 1) {
    warnings.push(
      `${path}: the header is repeated ${repeatedHeaders} times among the rows; the repetitions were skipped.`,
    );
  }
  if (byteOrderMarks === 1) {
    warnings.push(`${path}: a byte order mark at the start of a row was ignored.`);
  } else if (byteOrderMarks > 1) {
    warnings.push(`${path}: ${byteOrderMarks} byte order marks at the start of rows were ignored.`);
  }
  return warnings;
}
