import { pluralize } from '../../text.ts';

/** The start of a table. */
interface TableSample {
  readonly path: string;
  /** The cells of the header, unchanged. */
  readonly names: readonly string[];
  readonly rows: readonly string[][];
  /** Each row ends with a delimiter, but the header does not. */
  readonly trailing: boolean;
}

/** The warnings for the start of a table. */
export function headerWarnings({ path, names, rows, trailing }: TableSample): string[] {
  const padded = names.filter((name) => name.trim() !== '' && name !== name.trim());
  const nameless = names.flatMap((name, at) => (name.trim() === '' ? [at + 1] : []));
  const warnings: string[] = [];
  if (padded.length > 0) {
    const list = padded.map((name) => JSON.stringify(name)).join(', ');
    warnings.push(`${path}: white space around column names was removed: ${list}.`);
  }
  if (nameless.length > 0) {
    const [columns, were] = nameless.length === 1 ? ['column', 'was'] : ['columns', 'were'];
    warnings.push(`${path}: the ${columns} without a name ${were} ignored: ${nameless.join(', ')}.`);
  }
  if (trailing) {
    const columns = pluralize(names.length, 'column');
    warnings.push(
      `${path}: the header has ${columns}, but each row ends with an extra delimiter, which was ignored.`,
    );
  }
  if (rows.length > 0 && rows.every(([first = '']) => /^'.*'$/s.test(first))) {
    warnings.push(
      `${path}: the values are in single quotes, which are kept as part of them; CSV uses double quotes.`,
    );
  }
  if (names.length === 1 && rows.length > 1 && rows.every((cells) => cells.length > 2)) {
    warnings.push(
      `${path}: the first line has one column, but the rows have more. If it is a title, remove the lines before the header.`,
    );
  }
  return warnings;
}

/** The warning for repeated headers among the rows, as in concatenated files, which were skipped. */
export function repetitionWarnings(path: string, count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? `${path}: the header is repeated among the rows; the repeated header was skipped.`
      : `${path}: the header is repeated ${count} times among the rows; the repeated headers were skipped.`,
  ];
}
