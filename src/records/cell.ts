/**
 * A value of a user record as the cell of a table, such that upload reads the same value back: text as it is,
 * anything else as JSON (`custom_attributes` as one object), and nothing for an absent or null value.
 */
export function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
