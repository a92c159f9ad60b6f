const longest = 40;

/** Control characters, invisible marks and direction marks: none may reach a terminal as they are. */
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Surrogate}]/gu;

function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short;
}

/** A text of the user's, such as a column's name, with everything unprintable escaped. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

function shortened(text: string): string {
  // Cutting well above the limit first keeps a text of megabytes cheap.
  const characters = Array.from(text.slice(0, 2 * longest + 2));
  if (characters.length <= longest) return text;
  return `${characters.slice(0, longest - 1).join('')}…`;
}

function quoted(text: string): string {
  return `"${printable(shortened(text).replace(/["\\]/g, '\\$&'))}"`;
}

function preview(value: unknown, depth: number): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 2) return Array.isArray(value) ? '[…]' : '{…}';
  const shown = Array.isArray(value)
    ? value.slice(0, 5).map((item) => preview(item, depth + 1))
    : Object.entries(value)
        .slice(0, 5)
        .map(([key, item]) => `${quoted(key)}:${preview(item, depth + 1)}`);
  const more = (Array.isArray(value) ? value.length : Object.keys(value).length) > 5 ? ',…' : '';
  const inside = shown.join(',') + more;
  return Array.isArray(value) ? `[${inside}]` : `{${inside}}`;
}

/** A value as it is shown in a message: like JSON, about 40 characters, safe for a terminal. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  const text = preview(value, 0);
  return printable(shortened(text));
}

/** A file's or column's name as it is typed in a shell: quoted only where that is needed. */
export function asArgument(text: string): string {
  return /^[\w.,:=@%+/-]+$/.test(text) ? text : `"${printable(text).replace(/["\\$`]/g, '\\$&')}"`;
}
