const people = '(?:user|customer|contact|member|client|person|subscriber)s?';
const holders = `(?:${people}|lead|account|profile|record|object|external|internal|login|task|hs)`;
const identifiers =
  '(?:ids?|uids?|uuids?|guids?|e?mails?|emailaddress|username|login|identifier|key|number|no)';

/** Names without what parts their words. */
const known = new RegExp(
  `^(?:${people}|ids?|uids?|uuids?|guids?|e?mails?|emailaddress|username|identifier|${holders}+${identifiers}${holders}?)$`,
);
/** `shopper_id` and `Shopper ID`; `shopperId`. */
const endsInId = [/^[\p{L}\s_-]+[\s_-]id$/iu, /^\p{L}*\p{Ll}I[dD]$/u];

function looksLikeColumnName(text: string): boolean {
  return known.test(text.toLowerCase().replace(/[\s._-]+/g, '')) || endsInId.some((end) => end.test(text));
}

/**
 * The cells of a line if it were the header of a table, roughly: names hold no delimiter. A line in quotes is one cell, and
 * what is escaped in it stays so: no name of a column holds a backslash.
 */
export function cellsOf(line: string): string[] {
  const quoted = /^\s*"((?:[^"\\]|""|\\.)*)"\s*$/.exec(line)?.[1];
  if (quoted !== undefined) return [quoted.trim()];
  return line.split(/[,;\t|]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

/** Whether a line looks like the header of a table, `Customer Id`, and not like an id: the user says which it is. */
export function looksLikeHeader(line: string): boolean {
  const cells = cellsOf(line);
  // A name among others holds no digit, and `email|5f3a` is an id.
  return cells.some(looksLikeColumnName) && (cells.length === 1 || !/\d/.test(line));
}
