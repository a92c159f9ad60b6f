/** The warning for byte order marks at the start of records, as in concatenated files. */
export function markWarnings(path: string, count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? `${path}: a byte order mark at the start of a line was ignored.`
      : `${path}: ${count} byte order marks at the start of lines were ignored.`,
  ];
}
