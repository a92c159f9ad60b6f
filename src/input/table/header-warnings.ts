import { pluralize } from '../../text.ts';

/** The warnings for a header; `trailing` if each row, but not the header, ends with a delimiter. */
export function headerWarnings(path: string, names: readonly string[], trailing: boolean): string[] {
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
      `${path}: the header has ${columns}, and each row ends with one more delimiter; it was ignored.`,
    );
  }
  return warnings;
}

/** The warning for headers that were repeated among the rows, as concatenating files does, and were skipped. */
export function repetitionWarnings(path: string, count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? `${path}: the header is repeated among the rows; the repetition was skipped.`
      : `${path}: the header is repeated ${count} times among the rows; the repetitions were skipped.`,
  ];
}
