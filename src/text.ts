import { sep } from 'node:path';

/**
 * What a terminal could act on, or a reader could mistake for layout: C0 and C1 controls, DEL, line and
 * paragraph separators, marks that change the direction of writing, the byte order mark, and lone surrogates.
 */
const control =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\p{Surrogate}]/gu;

/** Characters without a width that data may need, such as joiners, but that make two names look alike. */
const invisible = /[\u00ad\u180e\u200b-\u200d\u2060-\u2065]/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Text on one line, safe to print: it cannot move the cursor, change a color, or look like our output. */
export function escapeControls(text: string): string {
  return text.replace(control, (character) => shortEscapes[character] ?? unicodeEscape(character));
}

/** The same for text that has line breaks of its own. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}

/** A name in a message: invisible characters show, because they can be what is wrong with it. */
export function escapeInvisible(text: string): string {
  return escapeControls(text).replace(invisible, unicodeEscape);
}

/** JSON text, safe to print; it still parses to the same value. Line breaks between its parts stay. */
export function escapeJson(json: string): string {
  return json.replace(control, (character) =>
    character in shortEscapes ? character : unicodeEscape(character),
  );
}

/** A value as one line of JSON, safe to print. */
export function jsonLine(value: unknown): string {
  return `${escapeJson(JSON.stringify(value))}\n`;
}

/** Text in double quotes for a message, with invisible characters escaped, cut to about `max` characters. */
export function quoteText(text: string, max = 40): string {
  return `"${escapeInvisible(shorten(text, max).replace(/["\\]/g, '\\$&'))}"`;
}

/** At most `max` characters; a cut shows as `…`. */
export function shorten(text: string, max: number): string {
  // Cut well above the limit first, so that a text of megabytes stays cheap.
  const characters = Array.from(text.slice(0, 2 * max + 2));
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** Words as they are typed into a shell: quoted where the shell would read them as something else. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** One word of a shell's command line, quoted only if needed; in double quotes if possible. */
export function shellWord(word: string): string {
  if (/^[\w./@:=,%+-]+$/.test(word)) return word;
  // bash and zsh read these escapes back; a terminal never sees the character itself.
  if (word.search(control) >= 0) return `$'${word.replace(/[\\']/g, '\\$&').replace(control, hexBytes)}'`;
  if (sep === '\\') return quoteForWindows(word);
  return /["$`\\!%]/.test(word) ? quoteForShell(word) : `"${word}"`;
}

function hexBytes(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Text in single quotes, as sh, bash and zsh read it. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Text in double quotes, as programs on Windows read it from cmd and PowerShell. */
export function quoteForWindows(text: string): string {
  // A backslash is special only before a quote.
  return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

/** A cell of a CSV file in quotes. */
export function quoteCsvCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** A cell of a CSV file, in quotes only if a reader could otherwise take it for something else. */
export function csvCell(text: string, delimiter = ','): string {
  const needsQuotes = text.includes(delimiter) || /[",;\t|\r\n]|^\s|\s$|^\ufeff/.test(text);
  return needsQuotes ? quoteCsvCell(text) : text;
}

/** `1,234` */
export function formatCount(n: number): string {
  // Not toLocaleString, which loads ICU: that takes longer than a whole command needs for its text.
  return String(n).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 record`, `1,234 records` */
export function pluralize(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min` */
export function formatDuration(ms: number): string {
  // Rounded before it is split, so that 59.7 s becomes a minute and not "60 s".
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `512 B`, `1.4 kB`, `34 MB` */
export function formatBytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `2026-11-25T02:00:10Z` */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The parts that are not empty, with `separator` between them. */
export function joinParts(parts: readonly string[], separator = ', '): string {
  return parts.filter((part) => part !== '').join(separator);
}

/** `age: expected an integer`; a text that starts with the label, such as `user_id is missing`, as it is. */
export function labeled(label: string, text: string): string {
  return label === '' || text.startsWith(`${label} `) ? text : `${label}: ${text}`;
}

/** `a`, `a or b`, `a, b or c` */
export function listOf(words: readonly string[], conjunction = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** The candidate that a mistyped word most likely meant; undefined if none is close. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  return allClosest(word, candidates)[0];
}

/** At most three candidates for a mistyped word, closest first. Up to two fifths of it may differ. */
export function allClosest(word: string, candidates: Iterable<string>): string[] {
  const wanted = letters(word);
  const near: { readonly candidate: string; readonly away: number }[] = [];
  for (const candidate of candidates) {
    const other = letters(candidate);
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, other.length) * 0.4));
    // A difference in length alone can be too much, and is faster to see.
    if (Math.abs(other.length - wanted.length) > limit) continue;
    const away = distance(wanted, other);
    if (away <= limit) near.push({ candidate, away });
  }
  near.sort((a, b) => a.away - b.away);
  return near.slice(0, 3).map(({ candidate }) => candidate);
}

/** `api_key`, `API-KEY` and `apiKey` are one word; a word without letters and digits is compared as it is. */
function letters(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') || word;
}

/** Damerau-Levenshtein distance: letters to add, drop, replace, or swap with a neighbor. */
export function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let best = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped && row > 1 && column > 1) best = Math.min(best, beforeLast[column - 2]! + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
