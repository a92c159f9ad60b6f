/** Maximum length of a user id, in characters (code points). */
export const maxIdLength = 512;

/** Why Miso cannot store a user under an id. */
export type IdFault = 'empty' | 'too-long' | 'reserved' | 'malformed';

/** The fault of an id; undefined for a valid one. */
export function idFault(id: string): IdFault | undefined {
  if (id === '') return 'empty';
  if (isLonger(id, maxIdLength)) return 'too-long';
  if (id.startsWith('_')) return 'reserved';
  return id.isWellFormed() ? undefined : 'malformed';
}

/** Whether a text has more characters (code points) than a limit. */
export function isLonger(text: string, limit: number): boolean {
  // A character takes one or two UTF-16 units, so counting is needed only in between.
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  return Array.from(text).length > limit;
}
